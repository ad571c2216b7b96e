"""The catalogue of errors that answer requests, and the only maker of error bodies.

Decides what a user reads when a request fails: what, why, and what to do.
Each constructor is one error with a number of its own, which never changes its
meaning.  Any thread.

Source: DAP specification, types `ErrorResponse` and `Message`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class RequestError(Exception):
    """A request fails; whoever answers it sends `message` and `body()`.

    `id` is the error's number, `template` its text with `{name}` for each of
    `variables`, `show_user` whether a client should put it before the user of
    its own accord.  `message` is DAP's short word where it has one
    (`cancelled`, `notStopped`), else the text.
    """

    def __init__(
        self,
        id: int,
        template: str,
        variables: dict[str, str] | None = None,
        *,
        show_user: bool = False,
        message: str = "",
    ) -> None:
        self.id = id
        self.template = template
        self.variables = variables or {}
        self.show_user = show_user
        self.text = _fill(template, self.variables)
        self.message = message or self.text
        super().__init__(self.text)

    def body(self) -> dict[str, Any]:
        """The body of the error response."""
        error: dict[str, Any] = {
            "id": self.id,
            "format": self.template,
            "showUser": self.show_user,
        }
        if self.variables:
            error["variables"] = self.variables
        return {"error": error}


def _fill(template: str, variables: dict[str, str]) -> str:
    """As clients do it: a `{name}` without a variable stays, a `{` inside a value means nothing."""
    pieces = template.split("{")
    filled = [pieces[0]]
    for piece in pieces[1:]:
        name, brace, rest = piece.partition("}")
        known = brace and name in variables
        filled.append(variables[name] + rest if known else "{" + piece)
    return "".join(filled)


# Requests that cannot be understood.


def unknown_command(command: str) -> RequestError:
    return RequestError(1001, "Unknown request '{command}'.", {"command": command})


def not_supported(command: str, reason: str) -> RequestError:
    """`reason` is a sentence: what is lacking, and what to use instead."""
    return RequestError(
        1002,
        "Request '{command}' is not supported: {reason}",
        {"command": command, "reason": reason},
    )


def invalid_arguments(command: str, problem: str) -> RequestError:
    """`problem` names the field and goes on: "breakpoints[3].line must be an integer"."""
    return RequestError(
        1003,
        "Request '{command}': {problem}.",
        {"command": command, "problem": problem},
        show_user=True,
    )


# Requests that come at the wrong time.


def not_stopped() -> RequestError:
    return RequestError(1101, "The thread is running. Pause it first.", message="notStopped")


def cancelled() -> RequestError:
    return RequestError(1102, "The request was cancelled.", message="cancelled")


def not_attached(command: str) -> RequestError:
    return RequestError(
        1103,
        "Request '{command}' needs a session. Send 'attach' or 'launch' first.",
        {"command": command},
    )


def already_attached() -> RequestError:
    return RequestError(1104, "This client is attached already. Disconnect it first.")


def observes(command: str) -> RequestError:
    return RequestError(
        1107,
        "Request '{command}' is refused: this client only observes. Attach without 'observe' to take part.",
        {"command": command},
    )


def debugs_nothing(command: str) -> RequestError:
    """The client has attached with `noDebug`."""
    return RequestError(
        1108,
        "Request '{command}' is refused: this client has prompts alone. Attach without 'noDebug' to debug.",
        {"command": command},
    )


def still_running(expression: str) -> RequestError:
    """The thread is occupied by an evaluation that has not come back."""
    return RequestError(
        1105,
        "The thread still evaluates '{expression}'. Wait for it, cancel it, or continue.",
        {"expression": expression},
        show_user=True,
    )


def detaching() -> RequestError:
    return RequestError(1106, "The debugger is being detached. Attach again.")


# Things that do not exist, or no longer.


def no_such_thread(thread_id: int) -> RequestError:
    return RequestError(
        1201,
        "There is no thread {thread}. Ask for the threads again.",
        {"thread": str(thread_id)},
    )


def no_such_frame(frame_id: int) -> RequestError:
    return RequestError(
        1202,
        "Frame {frame} is gone, since its thread went on. Ask for the stack again.",
        {"frame": str(frame_id)},
    )


def no_such_reference(reference: int) -> RequestError:
    return RequestError(
        1203,
        "Value {reference} is gone, since its thread went on. Ask for the variables again.",
        {"reference": str(reference)},
    )


def no_such_variable(name: str) -> RequestError:
    return RequestError(1204, "There is no variable '{name}' here.", {"name": name}, show_user=True)


def no_such_target(target_id: int) -> RequestError:
    """A target of `goto` or `stepIn`."""
    return RequestError(
        1205,
        "Target {target} is gone. Ask for the targets again.",
        {"target": str(target_id)},
    )


def no_exception() -> RequestError:
    return RequestError(1206, "The thread did not stop at an exception.")


def no_exception_anywhere() -> RequestError:
    return RequestError(
        1210,
        "The thread did not stop at an exception, handles none, and none was left uncaught before.",
    )


def no_such_memory(reference: str) -> RequestError:
    return RequestError(
        1207,
        "Memory {reference} is gone, since its thread went on. Ask for the variables again.",
        {"reference": reference},
    )


def frame_is_label(frame_id: int) -> RequestError:
    """A line of a stack that names the task to which the frames below it belong."""
    return RequestError(
        1208,
        "Frame {frame} only names a task. Choose one of the frames below it.",
        {"frame": str(frame_id)},
    )


# Sources.


def source_unavailable(path: str, reason: str) -> RequestError:
    """`reason` is a sentence."""
    return RequestError(
        1301,
        "Source unavailable: '{path}' cannot be shown, since {reason}",
        {"path": path, "reason": reason},
        show_user=True,
    )


def no_such_source(path: str) -> RequestError:
    return RequestError(
        1302,
        "The program has loaded no source '{path}'. Give more of its path.",
        {"path": path},
        show_user=True,
    )


def ambiguous_source(path: str, candidates: list[str]) -> RequestError:
    return RequestError(
        1303,
        "Several sources match '{path}': {candidates}. Give more of the path.",
        {"path": path, "candidates": ", ".join(candidates)},
        show_user=True,
    )


# What the program's own code answers.  Clients show it where the expression stands, so it needs no box.


def evaluation_failed(description: str) -> RequestError:
    """`description` is what Python would print last: "NameError: name 'x' is not defined"."""
    return RequestError(1401, "{exception}", {"exception": description})


def failed_at_prompt(description: str, traceback: str, exit_status: int | None = None) -> RequestError:
    """`description` is as of `evaluation_failed`; `exit_status` is that of a `SystemExit`."""
    variables = {"exception": description, "traceback": traceback}
    if exit_status is not None:
        variables["exitStatus"] = str(exit_status)
    return RequestError(1401, "{exception}", variables)


def no_such_prompt(number: int) -> RequestError:
    return RequestError(
        1211, "There is no prompt {prompt} of this client. Open one first.", {"prompt": str(number)}
    )


def no_such_module(name: str) -> RequestError:
    return RequestError(
        1212, "The program has not imported a module '{module}'.", {"module": name}, show_user=True
    )


def no_event_loop() -> RequestError:
    return RequestError(
        1213, "No event loop runs in the program. Use another place than 'loop'.", show_user=True
    )


def no_input_wanted(number: int) -> RequestError:
    return RequestError(
        1214, "Prompt {prompt} was opened without input. Open one with it.", {"prompt": str(number)}
    )


def evaluation_timeout(expression: str, seconds: float, still_running: bool) -> RequestError:
    """`still_running`: the code could not be interrupted, and occupies its thread."""
    outcome = "it goes on in its thread" if still_running else "it was interrupted"
    return RequestError(
        1402,
        "'{expression}' did not finish within {seconds} s; {outcome}.",
        {"expression": expression, "seconds": f"{seconds:g}", "outcome": outcome},
    )


def invalid_condition(condition: str, reason: str) -> RequestError:
    return RequestError(
        1403,
        "The condition '{condition}' cannot be used: {reason}",
        {"condition": condition, "reason": reason},
        show_user=True,
    )


def cannot_assign(name: str, reason: str) -> RequestError:
    return RequestError(
        1404,
        "'{name}' cannot be changed: {reason}",
        {"name": name, "reason": reason},
        show_user=True,
    )


def cannot_go_to(line: int, reason: str) -> RequestError:
    return RequestError(
        1405,
        "The program cannot go on at line {line}: {reason}",
        {"line": str(line), "reason": reason},
        show_user=True,
    )


def no_access_to_memory(reason: str) -> RequestError:
    """`reason` is a clause: "its bytes are read-only"."""
    return RequestError(
        1406, "The memory cannot be read or written: {reason}.", {"reason": reason}, show_user=True
    )


def no_step_after_the_end() -> RequestError:
    return RequestError(
        1408,
        "There is no step from here: these are the frames of an exception that is over. "
        "Let the program continue.",
        show_user=True,
    )


def cannot_restart(reason: str) -> RequestError:
    """`reason` is a clause."""
    return RequestError(1407, "The frame cannot be restarted: {reason}.", {"reason": reason}, show_user=True)


def no_code(expression: str, kind: str) -> RequestError:
    return RequestError(
        1409,
        "'{expression}' is of type {type}, which has no byte code. Name a function, method or generator.",
        {"expression": expression, "type": kind},
        show_user=True,
    )


def no_such_instruction(address: str) -> RequestError:
    return RequestError(
        1410, "There is no code at {address} any more. Ask for the stack again.", {"address": address}
    )


def no_such_signal(name: str) -> RequestError:
    return RequestError(1411, "There is no signal {signal} here.", {"signal": name}, show_user=True)


def cannot_handle_signal(name: str, reason: str) -> RequestError:
    """`reason` is a clause."""
    return RequestError(
        1412,
        "Signal {signal} can only be passed to the program: {reason}.",
        {"signal": name, "reason": reason},
        show_user=True,
    )


# Starting or reaching a program.


def not_started(reason: str) -> RequestError:
    """`reason` is a sentence, or several: what went wrong, and what to do."""
    return RequestError(
        1601, "The program could not be started: {reason}", {"reason": reason}, show_user=True
    )


def not_reached(reason: str) -> RequestError:
    """`reason` is a sentence, or several: what is in the way, and what to do."""
    return RequestError(
        1602, "The program could not be attached to: {reason}", {"reason": reason}, show_user=True
    )


def program_ended() -> RequestError:
    return RequestError(1603, "The program has ended.")


def without_debugging(command: str) -> RequestError:
    """The program was launched with `noDebug`."""
    return RequestError(
        1604,
        "Request '{command}' needs a debugger, and the program runs without. Launch it without 'noDebug'.",
        {"command": command},
    )


def only_a_picture(command: str) -> RequestError:
    """The session is a picture of a program, in which there is nobody to do anything."""
    return RequestError(
        1605,
        "Request '{command}' is refused: this is a picture of the program, taken from outside, in which "
        "nothing can be run or changed.",
        {"command": command},
        show_user=True,
    )


def only_local_names(expression: str) -> RequestError:
    """The session is a picture of a program, which has the values of local variables and no others."""
    return RequestError(
        1606,
        "'{expression}' is no local variable of this frame: a picture from outside has no other values.",
        {"expression": expression},
    )


# Ours.


def tracing_unavailable(reason: str) -> RequestError:
    """`reason` is a sentence that names the holder of the interpreter's tracing facility."""
    return RequestError(
        1501,
        "The program cannot be traced: {reason}",
        {"reason": reason},
        show_user=True,
    )


def internal(exception: BaseException) -> RequestError:
    """A fault of remora."""
    return RequestError(
        1500,
        "remora failed at this request, which is a fault of remora: {exception}.",
        {"exception": f"{type(exception).__name__}: {exception}"},
        show_user=True,
    )
