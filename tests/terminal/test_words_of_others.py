"""What people who come from other debuggers type: suffixes, formats, families, their own words."""

from __future__ import annotations

import re

import pytest

from tests.terminal.stage import PATH, Stage, batch, frame

STEPPED = [frame(3, "handle", 5), frame(2, "<module>", 10)]


def stepping(stage: Stage) -> None:
    stage.will_stop("step", STEPPED)


@pytest.mark.parametrize(
    ("command", "request_", "how"),
    [
        ("step", "stepIn", {}),
        ("step+", "stepIn", {"remoraDifferent": True}),
        ("s-", "stepIn", {"remoraDifferent": False}),
        ("next+", "next", {"remoraDifferent": True}),
        ("step>", "stepIn", {"remoraEvents": ["call"]}),
        ("s<", "stepIn", {"remoraEvents": ["return"]}),
        ("s!", "stepIn", {"remoraEvents": ["exception"]}),
        ("step call exception", "stepIn", {"remoraEvents": ["call", "exception"]}),
        ("set different ;; next", "next", {"remoraDifferent": True}),
        ("set different ;; next-", "next", {"remoraDifferent": False}),
    ],
)
def test_steps_say_what_they_are_to_come_to(command: str, request_: str, how: dict[str, object]) -> None:
    assert batch(command, arrange=stepping).stage.sent(request_) == [{"threadId": 1, **how}]


def test_a_step_to_a_return_shows_what_is_returned() -> None:
    def arrange(stage: Stage) -> None:
        scope = {"name": "Return value", "presentationHint": "returnValue", "variablesReference": 60}
        value = {"name": "(return)", "value": "7", "variablesReference": 0}
        stage.adapter.replies |= {"scopes": {"scopes": [scope]}, "variables": {"variables": [value]}}
        stage.will_stop("step", stage.frames, remoraEvent="return")

    assert (
        "<-    6         total += i\n      7     return total\n      8\n(return) = 7"
        in batch("step<", arrange=arrange).out
    )


def test_how_often_may_be_an_expression() -> None:
    def arrange(stage: Stage) -> None:
        stage.values["n"] = {"result": "2"}
        stepping(stage)
        stepping(stage)

    assert len(batch("next n", arrange=arrange).stage.sent("next")) == 2


def test_definitions_are_skipped_when_the_setting_says_so() -> None:
    def arrange(stage: Stage) -> None:
        stage.will_stop("step", [frame(4, "<module>", 3)])
        stage.will_stop("step", [frame(5, "<module>", 9)])

    done = batch("set skip", "next", arrange=arrange)
    assert len(done.stage.sent("next")) == 2
    assert "<-    9 while True:" in done.out


def test_skip_goes_to_the_next_statement() -> None:
    def arrange(stage: Stage) -> None:
        stage.adapter.replies["breakpointLocations"] = {"breakpoints": [{"line": 7}]}
        stage.adapter.replies["gotoTargets"] = {"targets": [{"id": 9, "label": "7", "line": 7}]}
        stage.will_stop("goto", [frame(3, "handle", 7)])

    done = batch("skip", arrange=arrange)
    assert done.stage.sent("breakpointLocations")[0]["line"] == 7
    assert done.stage.sent("goto") == [{"threadId": 1, "targetId": 9}]
    assert "--    7     return total" in done.out


@pytest.mark.parametrize(
    ("command", "expression", "result", "shown"),
    [
        ("p/x flags", "'{:#x}'.format((flags))", "'0xff'", "0xff"),
        ("p /o flags", "'{:#o}'.format((flags))", "'0o377'", "0o377"),
        ("print/c 65", "'{:c}'.format((65))", "'A'", "A"),
        ("p/s text", "'{!s}'.format((text))", "'two\\nlines'", "two\nlines"),
    ],
)
def test_formats(command: str, expression: str, result: str, shown: str) -> None:
    done = batch(command, arrange=lambda stage: stage.values.update({expression: {"result": result}}))
    assert done.err == ""
    assert done.out.endswith(f"\n{shown}\n")


def test_a_format_that_is_none_is_named() -> None:
    assert "'/q' is no format; there are /a, /c" in batch("p/q 1").err


def test_a_display_is_left_out_in_functions_that_do_not_know_its_names() -> None:
    def arrange(stage: Stage) -> None:
        stage.values["'{:#x}'.format((total))"] = {"result": "'0x3'"}
        stage.will_stop("step", [frame(9, "other", 10)])

        def forget(arguments: dict[str, object]) -> dict[str, object]:
            stage.values.clear()
            return stage._resume(arguments)

        stage.adapter.replies["next"] = forget

    done = batch("display/x total", "next", "info display", arrange=arrange)
    assert done.out.count("1: /x total = 0x3") == 1
    assert "NameError" not in done.out
    assert done.out.endswith("\n1: /x total\n")


@pytest.mark.parametrize(
    ("line", "command", "expression"),
    [
        (6, "eval", "total += i"),
        (7, "eval?", "total"),
        (5, "eval?", "range(n)"),
        (9, "eval?", "True"),
        (6, "eval x = 1", "x = 1"),
        (6, "eval? if a == b:", "a == b"),
    ],
)
def test_eval_runs_the_statement_or_its_expression(line: int, command: str, expression: str) -> None:
    def arrange(stage: Stage) -> None:
        stage.frames = [frame(1, "handle", line)]
        stage.values[expression] = {"result": "done"}

    assert batch(command, arrange=arrange).out.endswith("\ndone\n")


def test_eval_of_a_header_says_what_to_do() -> None:
    done = batch("eval", arrange=lambda stage: setattr(stage, "frames", [frame(1, "handle", 5)]))
    assert "'for i in range(n):' cannot be run by itself; 'eval?' runs its expression" in done.err


def test_functions_are_found_by_what_the_frame_calls_them() -> None:
    def arrange(stage: Stage) -> None:
        names = "(lambda f: (getattr(f, '__module__', None), getattr(f, '__qualname__', None)))"
        stage.values[f"{names}(self.queue.put)"] = {"result": "('queue', 'Queue.put')"}
        stage.values[f"{names}(handlers[0])"] = {"result": "('app', 'first')"}

    done = batch("break self.queue.put()", "tb handlers[0]()", "b Later.method", arrange=arrange)
    assert [each["name"] for each in done.stage.sent("setFunctionBreakpoints")[-1]["breakpoints"]] == [
        "queue:Queue.put", "app:first", "Later.method",
    ]  # fmt: skip


def test_breakpoints_at_instructions() -> None:
    def arrange(stage: Stage) -> None:
        body = {"name": "handle", "size": 20, "instructionPointerReference": "0x100"}
        stage.adapter.replies["remora/code"] = body
        stage.adapter.replies["setInstructionBreakpoints"] = stage._set_breakpoints

    done = batch("break *4 if i > 1", "tb Server.handle:*6", "bl", "delete 1", "break *21", arrange=arrange)
    first = {"instructionReference": "0x100", "offset": 4, "condition": "i > 1"}
    second = {"instructionReference": "0x100", "offset": 6}
    sent = [each["breakpoints"] for each in done.stage.sent("setInstructionBreakpoints")]
    assert sent == [[first], [first, second], [second]]
    assert done.stage.sent("remora/code")[1] == {"frameId": 1, "expression": "Server.handle"}
    assert "breakpoint 1 at handle *4\n" in done.out
    assert "handle has no instruction at 21; 'disassemble' shows them" in done.err


def test_a_name_that_a_program_made_up_is_refused() -> None:
    def arrange(stage: Stage) -> None:
        names = "(lambda f: (getattr(f, '__module__', None), getattr(f, '__qualname__', None)))"
        stage.values[f"{names}(self.put)"] = {"result": repr(("m", "f\nmacro x lambda: 1"))}

    assert "which is no name of a function" in batch("break self.put()", arrange=arrange).err


def test_what_is_no_function_is_refused() -> None:
    assert "cannot find the function 'x[0]()'" in batch("break x[0]()").err


def test_lines_are_found_in_modules() -> None:
    def arrange(stage: Stage) -> None:
        stage.adapter.replies["remora/resolveSource"] = {"path": "/cwd/json.decoder", "loaded": False}
        module = "__import__('sys').modules.get('json.decoder')"
        stage.values[f"getattr({module}, '__file__', None)"] = {"result": "'/lib/json/decoder.py'"}

    done = batch("break json.decoder:3", arrange=arrange)
    assert done.stage.sent("setBreakpoints")[0]["source"]["path"] == "/lib/json/decoder.py"


def test_the_breakpoint_set_last_is_a_dot_and_all_are_a_star() -> None:
    done = batch("b 3", "b 5", "disable .", "bl", "bc .", "be *", "delete!", "bl")
    assert re.findall(r"keep ([yn])", done.out) == ["y", "n"]
    assert done.out.endswith("no breakpoints\n")


def test_backtraces_with_source_and_of_all_threads() -> None:
    shown = batch("bt -s 1", "stack *", "backtrace 1 worker").out
    assert "-> #0   handle at app.py:6\n        total += i\n" in shown
    assert "MainThread:\n-> #0   handle at app.py:6\n   #1   <module> at app.py:10\nworker:\n   #0" in shown
    assert shown.endswith("   #0   handle at app.py:6\n   (1 more frames; 'backtrace' shows all)\n")


@pytest.mark.parametrize(
    ("command", "header"),
    [
        ("frame worker 1", "(app.py:10 worker): <module>"),
        ("frame 2 1", "(app.py:10 worker): <module>"),
        ("frame worker", "(app.py:6 worker): handle"),
        ("frame . 1", "(app.py:10 MainThread): <module>"),
        ("frame -1", "(app.py:10 MainThread): <module>"),
    ],
)
def test_frames_of_other_threads(command: str, header: str) -> None:
    assert re.findall(r"^\(.*$", batch(command).out, re.MULTILINE)[-1] == header


def test_variables_by_name_and_names_alone() -> None:
    def arrange(stage: Stage) -> None:
        values = [{"name": name, "value": "'" + "x" * 40 + "'"} for name in ("total", "limit")]
        stage.adapter.replies["variables"] = {"variables": values}

    shown = batch("set maxstring 10", "info locals tot", "info locals *", arrange=arrange).out
    assert shown.endswith("total = 'xxxxxxxx…\ntotal  limit\n")


def test_settings_are_found_by_their_beginning() -> None:
    shown = batch("set lists 3", "show lists", "set basename", "b 5", "show style").out
    assert "listsize is 3" in shown
    assert "breakpoint 1 at app.py:5\n" in shown
    assert "style is not set" in shown


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("set h", "'h' may mean highlight or history"),
        ("set highlight blue", "'blue' is not one of dark, light, off"),
        ("set confirm perhaps", "'perhaps' is neither on nor off"),
        ("set patsub ( x", "'(' is no regular expression: "),
        ("set", "say set VARIABLE = EXPRESSION, or set SETTING VALUE"),
        ("set style ugly", "pygments has no style 'ugly'; it has abap, "),
        ("bpython", "'bpython' is not a command here: 'python' is a Python prompt in the selected frame"),
        ("list *10", "say a line: '*10' is an instruction"),
        ("set events exception", "there is no setting 'events': say 'step call', "),
        ("show tempdir", "there is no setting 'tempdir': source comes through the session"),
        ("retval", "'info return' shows what the last call returned"),
        ("host example.org", "remora connect [USER@]HOST[:PORT]"),
        ("set autoeval off ;; total", "'total' is not a command ('!' before it makes it Python)"),
    ],
)
def test_refusals(command: str, said: str) -> None:
    def arrange(stage: Stage) -> None:
        stage.values["total"] = {"result": "3"}

    assert said in batch(command, arrange=arrange).err


def test_containers_are_spread_by_their_items() -> None:
    def arrange(stage: Stage) -> None:
        stage.values["d"] = {"result": "{'a': <object>}", "variablesReference": 9}
        stage.values["self"] = {"result": "<Server>", "variablesReference": 9}
        values = [{"name": "'a'", "value": "<object>"}, {"name": "len()", "value": "1"}]
        stage.adapter.replies["variables"] = {"variables": values}

    assert batch("pp d", "pp self", arrange=arrange).out.endswith(
        "\n      8\n  'a' = <object>\n<Server>\n  'a' = <object>\n"
    )


def test_a_frame_with_its_variables() -> None:
    assert batch("info frame -v 1").out.endswith(
        "   #1   <module> at app.py:10\n     in /srv/app.py\n     total = 3\n"
    )


def test_which_program_is_followed() -> None:
    done = batch("fork", "fork nobody")
    assert done.out.endswith("\nfollow-fork is parent\n")
    assert "'nobody' is not one of parent, child, both, ask" in done.err


def test_the_names_of_commands_are_shown() -> None:
    assert "\nquit: q, exit\n" in batch("alias x y", "show aliases").out


def test_paths_are_substituted_both_ways(tmp_path: object) -> None:
    with open(f"{tmp_path}/app.py", "w", encoding="utf-8") as file:
        file.write("# here\n" * 9)
    done = batch(f"set substitute /srv {tmp_path}", "frame", f"b {tmp_path}/app.py:3", "show substitute")
    assert "->    6 # here" in done.out
    assert done.stage.sent("setBreakpoints")[0]["source"] == {"path": PATH}
    assert done.out.endswith(f"/srv -> {tmp_path}\n")


def test_paths_are_rewritten(tmp_path: object) -> None:
    with open(f"{tmp_path}/app.py", "w", encoding="utf-8") as file:
        file.write("# here\n" * 9)
    done = batch(rf"set patsub ^/s\w+/ {tmp_path}/", "frame")
    assert "->    6 # here" in done.out


def test_aliases_and_macros() -> None:
    def arrange(stage: Stage) -> None:
        stage.values |= {"1": {"result": "1"}, "2": {"result": "2"}, "len(x)": {"result": "4"}}

    done = batch(
        "alias size p len(%1)",
        "size x",
        "macro both lambda a, b: [f'p {a}', 'p ' + b]",
        "both 1 2",
        "alias",
        "info macro",
        "unalias size",
        "size x",
        arrange=arrange,
    )
    assert done.out.endswith("\n4\n1\n2\nsize = p len(%1)\nboth = lambda a, b: [f'p {a}', 'p ' + b]\n")
    assert done.err.startswith("remora: size x: ")


@pytest.mark.parametrize(
    ("commands", "said"),
    [
        (["alias a b", "alias b a", "a"], "stands for itself"),
        (["alias one p %2", "one 1"], "this alias takes 2 words: p %2"),
        (["macro m 1 +"], "this is no Python expression: SyntaxError"),
        (["macro m 5"], "a macro is a function: macro NAME lambda ..."),
        (["macro m lambda: 5", "m"], "macro m must return a command or a list of commands, not 5"),
        (["macro m lambda: 1 / 0", "m"], "macro m: ZeroDivisionError: division by zero"),
        (["unalias nothing"], "there is no alias or macro 'nothing'"),
    ],
)
def test_failing_aliases(commands: list[str], said: str) -> None:
    assert said in batch(*commands).err


def test_an_alias_may_add_to_the_command_of_its_name() -> None:
    shown = batch("alias list list 1,2", "list", "list = 5").out
    assert "\n      1 import time\n      2\n" in shown


def test_commands_of_files_are_shown_when_asked_for(tmp_path: object) -> None:
    with open(f"{tmp_path}/script", "w", encoding="utf-8") as file:
        file.write("info display\n")
    assert "+ info display\nno displays\n" in batch(f"source -v {tmp_path}/script").out
    assert "+ info display\n" not in batch(f"source {tmp_path}/script").out


def test_files_that_read_each_other_come_to_an_end(tmp_path: object) -> None:
    with open(f"{tmp_path}/script", "w", encoding="utf-8") as file:
        file.write(f"source {tmp_path}/script\n")
    assert "these commands run each other without end" in batch(f"source {tmp_path}/script").err


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("help info line", "info line [LOCATION]\n"),
        ("help set style", "style is not set\nA style of pygments"),
        ("help set substitute", "set substitute [FROM TO]\n"),
        ("help syntax range", "range\nLOCATION shows"),
        ("help *", "backtrace"),
        ("help un.*", "unalias    undisplay  until"),
        ("help kill!", "suffixes: kill!\n"),
        ("help show", "  show args"),
    ],
)
def test_help(command: str, shown: str) -> None:
    assert shown in batch(command).out


def test_help_for_words_of_others() -> None:
    assert "'list' shows the source" in batch("help deparse").err


def test_whatis_and_pdef() -> None:
    def arrange(stage: Stage) -> None:
        stage.values["handle"] = {"result": "<function>", "type": "function"}
        stage.adapter.replies["remora/describe"] = {
            "type": "builtins.function", "kind": "function", "name": "app.handle", "signature": "(n)",
            "doc": "Handle it.\n\nAll of it.", "source": {"path": PATH}, "line": 3,
        }  # fmt: skip

    done = batch("whatis handle", "pdef handle", arrange=arrange)
    assert done.out.endswith(
        "\ntype = function\nfunction app.handle(n)\ndefined at /srv/app.py:3\n"
        "    Handle it.\n\n    All of it.\napp.handle(n)\n"
    )
