"""Batches against a played program: what is shown, what is sent, what the exit status says."""

from __future__ import annotations

import re

import pytest

from tests.terminal.stage import PATH, Stage, batch, frame

STEPPED = [frame(3, "handle", 5), frame(2, "<module>", 10)]


def test_the_first_stop_is_shown_with_its_source() -> None:
    done = batch()
    assert done.out.splitlines() == [
        "(app.py:6 MainThread): handle",
        "      4     total = 0",
        "      5     for i in range(n):",
        "?!    6         total += i",
        "      7     return total",
        "      8",
    ]
    assert (done.status, done.err) == (0, "")


def test_a_stop_asks_only_for_what_is_shown() -> None:
    done = batch()
    assert done.stage.adapter.commands()[3:] == ["threads", "stackTrace", "source", "disconnect"]
    assert done.stage.sent("stackTrace") == [{"threadId": 1, "startFrame": 0, "levels": 1}]


def test_the_program_is_left_running_at_the_end() -> None:
    assert batch("break 5").stage.sent("disconnect") == [{"terminateDebuggee": False}]


def test_kill_in_a_batch_ends_the_program() -> None:
    done = batch("kill", "never run")
    assert done.stage.sent("disconnect") == [{"terminateDebuggee": True}]
    assert done.status == 0


def test_break_with_condition_continue_backtrace() -> None:
    def arrange(stage: Stage) -> None:
        stage.will_stop("breakpoint", STEPPED, hitBreakpointIds=[100])

    done = batch("break app.py:5 if i > 1", "continue", "backtrace", "info breakpoints", arrange=arrange)
    assert done.stage.sent("setBreakpoints")[0]["breakpoints"] == [{"line": 5, "condition": "i > 1"}]
    assert "breakpoint 1 at /srv/app.py:5" in done.out
    assert "xx    5     for i in range(n):" in done.out
    assert "-> #0   handle at app.py:5\n   #1   <module> at app.py:10" in done.out
    assert done.out.endswith("       stops only if: i > 1\n       hits: 1\n")


def test_breakpoints_of_a_file_are_sent_together_and_by_number_taken_away() -> None:
    done = batch("b 3", "b 5", "b handle", "disable 1", "delete 2", "enable", "info breakpoints")
    sent = [
        [each["line"] for each in arguments["breakpoints"]] for arguments in done.stage.sent("setBreakpoints")
    ]
    assert sent == [[3], [3, 5], [5], [], [3]]
    assert [each["name"] for each in done.stage.sent("setFunctionBreakpoints")[0]["breakpoints"]] == [
        "handle"
    ]
    assert [line[0] for line in done.out.splitlines()[-2:]] == ["1", "3"]


def test_a_temporary_breakpoint_goes_when_it_is_hit() -> None:
    def arrange(stage: Stage) -> None:
        stage.will_stop("breakpoint", STEPPED, hitBreakpointIds=[100])

    done = batch("tbreak 5", "c", "info breakpoints", arrange=arrange)
    assert [len(each["breakpoints"]) for each in done.stage.sent("setBreakpoints")] == [1, 0]
    assert done.out.endswith("no breakpoints\n")


def test_condition_ignore_and_logpoint() -> None:
    done = batch("b 5", "condition 1 i > 2", "ignore 1 3", "condition 1", "logpoint 6 total {total}")
    latest = done.stage.sent("setBreakpoints")[-1]["breakpoints"]
    assert latest == [{"line": 5, "hitCondition": ">3"}, {"line": 6, "logMessage": "total {total}"}]


def filtered(name: str, condition: str) -> dict[str, object]:
    return {"filters": [], "filterOptions": [{"filterId": name, "condition": condition}]}


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("catch", {"filters": ["raised"]}),
        ("catch uncaught", {"filters": ["uncaught"]}),
        ("catch off", {"filters": []}),
        ("catch ValueError KeyError", filtered("raised", "ValueError, KeyError")),
        ("catch uncaught if n", filtered("uncaught", "n")),
        ("catch OSError if n > 3", filtered("raised", "isinstance(exception, (OSError,)) and (n > 3)")),
    ],
)
def test_catch(command: str, arguments: dict[str, object]) -> None:
    done = batch(command, arrange=lambda stage: stage.adapter.replies.update(setExceptionBreakpoints={}))
    assert done.stage.sent("setExceptionBreakpoints") == [arguments]


def test_steps_are_repeated_until_something_else_stops_the_program() -> None:
    def arrange(stage: Stage) -> None:
        stage.will_stop("step", STEPPED)
        stage.will_stop("breakpoint", STEPPED)

    done = batch("next 5", arrange=arrange)
    assert len(done.stage.sent("next")) == 2
    assert done.out.count("(app.py:5 MainThread)") == 1


def test_call_and_return_have_their_glyphs() -> None:
    def arrange(stage: Stage) -> None:
        stage.will_stop("step", [frame(7, "add", 3), *stage.frames])
        stage.will_stop("step", stage.frames)

    done = batch("step", "finish", arrange=arrange)
    assert re.findall(r"^(->|<-)", done.out, re.MULTILINE) == ["->", "<-"]


def test_finish_shows_what_was_returned() -> None:
    def arrange(stage: Stage) -> None:
        scope = {"name": "Return value", "presentationHint": "returnValue", "variablesReference": 60}
        value = {"name": "(return)", "value": "7", "variablesReference": 0}
        stage.adapter.replies |= {"scopes": {"scopes": [scope]}, "variables": {"variables": [value]}}
        stage.will_stop("step", stage.frames[1:])

    done = batch("finish", "info return", arrange=arrange)
    assert "<-   10     handle(3)\n     11     time.sleep(1)\n(return) = 7\n(return) = 7\n" in done.out


@pytest.mark.parametrize(("command", "line"), [("until", 6), ("until 7", 6), ("until 9", 8)])
def test_until_goes_beyond_a_line(command: str, line: int) -> None:
    after = [frame(3, "handle", 7), frame(2, "<module>", 10)]
    done = batch(command, arrange=lambda stage: stage.will_stop("step", after))
    assert done.stage.sent("next") == [{"threadId": 1, "remoraUntil": line}]
    assert "--    7     return total" in done.out


def test_until_in_an_outer_frame_first_returns_to_it() -> None:
    def arrange(stage: Stage) -> None:
        stage.will_stop("step", [frame(2, "<module>", 10)])
        stage.will_stop("step", [frame(2, "<module>", 11)])

    done = batch("up", "until", arrange=arrange)
    assert len(done.stage.sent("stepOut")) == 1
    assert done.stage.sent("next") == [{"threadId": 1, "remoraUntil": 10}]


def test_until_ends_where_something_else_stops_the_program() -> None:
    done = batch("up", "until", arrange=lambda stage: stage.will_stop("breakpoint", STEPPED))
    assert done.stage.sent("next") == []
    assert done.out.endswith("7     return total\n")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("until 6", "line 6 is not beyond this one; 'continue 6' goes there"),
        ("until /srv/other.py:9", "'until' stays in its function; 'continue LOCATION' goes to any"),
    ],
)
def test_until_refuses_what_it_cannot_reach(command: str, said: str) -> None:
    done = batch(command)
    assert done.err == f"remora: {command}: {said}\n"


def test_jump() -> None:
    def arrange(stage: Stage) -> None:
        stage.adapter.replies["gotoTargets"] = {"targets": [{"id": 9, "label": "7", "line": 7}]}
        stage.will_stop("goto", STEPPED)

    done = batch("jump 7", arrange=arrange)
    assert done.stage.sent("goto") == [{"threadId": 1, "targetId": 9}]


def test_frames_are_walked() -> None:
    done = batch("up", "frame", "down", "frame -1")
    assert re.findall(r"^\(.*$", done.out, re.MULTILINE)[1:] == [
        "(app.py:10 MainThread): <module>",
        "(app.py:10 MainThread): <module>",
        "(app.py:6 MainThread): handle",
        "(app.py:10 MainThread): <module>",
    ]


def test_expressions_are_evaluated_in_the_selected_frame() -> None:
    def arrange(stage: Stage) -> None:
        stage.values = {"total": {"result": "3", "type": "int"}, "x = 1": {"result": ""}}

    done = batch("up", "total", "!x = 1", "p total", "whatis total", arrange=arrange)
    assert done.out.endswith("\n3\n3\ntype = int\n")
    assert [(each["frameId"], each["context"]) for each in done.stage.sent("evaluate")] == [
        (2, "repl"), (2, "repl"), (2, "clipboard"), (2, "watch"),
    ]  # fmt: skip


def test_pp_spreads_what_is_a_literal() -> None:
    value = str({f"key {n}": list(range(20)) for n in range(3)})
    done = batch("pp d", arrange=lambda stage: stage.values.update(d={"result": value}))
    assert "{'key 0': [0,\n" in done.out


def test_displays_are_shown_at_each_stop() -> None:
    def arrange(stage: Stage) -> None:
        stage.values["total"] = {"result": "3"}
        stage.will_stop("step", STEPPED)

    done = batch("display total", "display nothing", "next", "undisplay 1", "info display", arrange=arrange)
    assert done.out.count("1: total = 3") == 3
    assert "2: nothing = (NameError: name 'nothing' is not defined)" in done.out
    assert done.out.endswith("2: nothing\n")


def test_set_changes_variables_and_settings() -> None:
    def arrange(stage: Stage) -> None:
        stage.adapter.replies["setExpression"] = {"value": "7"}

    done = batch("set total = 3 + 4", "set context 0", "frame", "show context", arrange=arrange)
    assert done.stage.sent("setExpression") == [{"expression": "total", "value": "3 + 4", "frameId": 1}]
    assert "total = 7" in done.out
    assert "(app.py:6 MainThread): handle\n->    6         total += i\ncontext is 0" in done.out


def test_threads_are_listed_and_switched() -> None:
    done = batch("info threads", "thread worker", "thread 1")
    assert "-> 1    MainThread  handle at app.py:6\n   2    worker  handle at app.py:6" in done.out
    assert "(app.py:6 worker): handle" in done.out
    assert {"threadId": 2, "startFrame": 0, "levels": 1} in done.stage.sent("stackTrace")


def test_scopes_of_the_frame_are_told_apart() -> None:
    def arrange(stage: Stage) -> None:
        kinds = {"Arguments": 61, "Locals": 62, "Closure": 63, "Globals": 64}
        scopes = [{"name": name, "variablesReference": number} for name, number in kinds.items()]
        stage.adapter.replies["scopes"] = {"scopes": scopes}
        stage.adapter.replies["variables"] = lambda asked: {
            "variables": [{"name": f"v{asked['variablesReference']}", "value": "1", "variablesReference": 0}]
        }

    shown = batch("info args", "info locals", "info globals", "bt full 1", arrange=arrange).out
    assert (
        "\nv61 = 1\nv61 = 1\nv62 = 1\nv63 = 1\nv64 = 1\n-> #0   handle at app.py:6\n        v61 = 1\n"
        in shown
    )


def test_a_function_without_arguments() -> None:
    assert "no arguments" in batch("info args").out


def test_lists() -> None:
    done = batch("set listsize 3", "list", "list", "list -", "list 1,2", "list .")
    numbers = [int(number) for number in re.findall(r"^(?:  |->) +(\d+)", done.out, re.MULTILINE)]
    assert numbers[4:] == [5, 6, 7, 8, 9, 10, 5, 6, 7, 1, 2, 5, 6, 7]


def test_a_list_backwards_goes_on_before_the_stop() -> None:
    shown = batch("set listsize 2", "list -").out.splitlines()
    assert shown[-2:] == ["      2", "      3 def handle(n):"]


def test_an_empty_line_repeats_a_step() -> None:
    def arrange(stage: Stage) -> None:
        stage.values["1"] = {"result": "1"}
        stage.will_stop("step", STEPPED)
        stage.will_stop("step", STEPPED)

    assert len(batch("n", "", "p 1", "", arrange=arrange).stage.sent("next")) == 2


def test_several_commands_on_a_line_and_comments() -> None:
    done = batch("# nothing ;; at all", "b 5 ;; b 6 ;; info breakpoints")
    assert len(done.stage.sent("setBreakpoints")) == 2
    assert done.status == 0


def test_a_failure_is_one_line_and_ends_the_batch() -> None:
    done = batch("nonsense", "break 5")
    assert (done.status, done.err) == (1, "remora: nonsense: NameError: name 'nonsense' is not defined\n")
    assert done.stage.sent("setBreakpoints") == []
    assert done.stage.sent("disconnect") == [{"terminateDebuggee": False}]


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("delete 7", "there is no breakpoint 7; 'info breakpoints' lists them"),
        ("up 9", "there is no frame 9: the oldest is 1"),
        ("down", "this is the innermost frame"),
        ("thread 9", "there is no thread '9'; 'info threads' lists their numbers"),
        ("info nothing", "'info' knows nothing of 'nothing'; 'info' alone lists what there is"),
        ("list 99", "the file has 11 lines"),
        ("break a b", "'a b' is not a location: say LINE, FILE:LINE, FUNCTION or MODULE:FUNCTION"),
        (
            "source /nonexistent/file",
            "cannot read '/nonexistent/file': No such file or directory; "
            "'list FUNCTION()' shows the source of a function",
        ),
        ("set colour red", "there is no setting 'colour'; 'show' lists them"),
        ("pause", "the program is stopped already"),
        ("step x", "'x' is not a number of times ('!' before a line makes it Python)"),
    ],
)
def test_failures_say_what_to_do(command: str, sentence: str) -> None:
    assert batch(command).err == f"remora: {command}: {sentence}\n"


def test_the_end_of_the_program_is_a_success_and_said_once() -> None:
    done = batch("continue", arrange=lambda stage: stage.will_exit(3))
    assert done.out.endswith("the program has ended with exit status 3\n")
    assert (done.status, done.out.count("ended")) == (0, 1)


def test_after_the_end_commands_fail_clearly() -> None:
    done = batch("continue", "next", arrange=lambda stage: stage.will_exit(0))
    assert (done.status, done.err) == (1, "remora: next: the program has ended with exit status 0\n")


def test_a_stop_that_does_not_come_in_time_is_a_failure() -> None:
    done = batch("continue", timeout=0.05)
    assert (done.status, done.err) == (1, "remora: continue: the program did not stop within 0.05 seconds\n")


def test_a_running_program_can_be_paused() -> None:
    done = batch("info program", "pause", "info program", stopped=False)
    assert done.out.startswith("the program is running\n(app.py:6 MainThread): handle\n")
    assert "stopped: pause" in done.out


def test_commands_that_need_a_stop_say_so() -> None:
    done = batch("backtrace", stopped=False)
    assert done.err == "remora: backtrace: the program is running; 'pause' stops it\n"


def test_output_and_log_messages_are_shown() -> None:
    def arrange(stage: Stage) -> None:
        def speak(arguments: dict[str, object]) -> dict[str, object]:
            stage.adapter.event("output", {"category": "console", "output": "total \x1b[2J3\n"})
            stage.adapter.event("output", {"category": "telemetry", "output": "never"})
            return {"result": "done"}

        stage.adapter.replies["evaluate"] = speak

    assert batch("speak()", arrange=arrange).out.endswith("\ntotal \\x1b[2J3\ndone\n")


def test_a_script_file_runs_before_the_commands(tmp_path: object) -> None:
    script = f"{tmp_path}/script"
    with open(script, "w", encoding="utf-8") as file:
        file.write("# a script\nbreak 5\n\nx = (1,\n2)\n")
    done = batch(
        "info breakpoints",
        files=[script],
        arrange=lambda stage: stage.values.update({"x = (1,\n2)": {"result": ""}}),
    )
    assert done.err == ""
    assert [each["expression"] for each in done.stage.sent("evaluate")] == ["x = (1,\n2)"]
    assert "1    breakpoint keep y" in done.out


def test_local_sources_are_read_here(tmp_path: object) -> None:
    path = f"{tmp_path}/here.py"
    with open(path, "w", encoding="utf-8") as file:
        file.write("a = 1\nb = 2\n")

    def arrange(stage: Stage) -> None:
        stage.frames = [{"id": 1, "name": "<module>", "line": 2, "source": {"path": path}}]

    done = batch(local_sources=True, arrange=arrange)
    assert "?!    2 b = 2" in done.out
    assert done.stage.sent("source") == []


def test_a_source_without_text_is_said() -> None:
    done = batch("info threads", arrange=lambda stage: stage.adapter.replies.pop("source"))
    assert "?!    6 (no source text: " in done.out
    assert done.status == 0


def test_files_are_found_by_the_end_of_their_path() -> None:
    done = batch("break other.py:3", "break pp.py:3")
    assert [each["source"]["path"] for each in done.stage.sent("setBreakpoints")] == [
        "/srv/other.py",
        "/srv/pp.py",
    ]
    assert batch("break app.py:3").stage.sent("setBreakpoints")[0]["source"]["path"] == PATH
