"""The shell as a person sees it, over a program that is only played."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.pythons import CHECKOUT
from tests.support.tmux import Terminal


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def shell(state: Path) -> Iterator[Terminal]:
    with open_shell(state) as terminal:
        yield terminal


def open_shell(state: Path, **more: str) -> Terminal:
    environment = {
        "XDG_STATE_HOME": str(state),
        "PYTHONPATH": f"{CHECKOUT / 'src'}:{CHECKOUT}",
        "TERM": "xterm-256color",
        **more,
    }
    terminal = Terminal(sys.executable, "-m", "tests.shell.play", env=environment)
    terminal.shows(">>>")
    return terminal


def test_greeting(shell: Terminal) -> None:
    assert shell.screen().startswith(
        "Python 3.12.1 in app.py (4711), names of __main__, 'await' in its event loop\n"
        "obj? explains, %help tells more, Ctrl-C interrupts, Ctrl-D leaves\n"
        ">>>"
    )


def test_a_value_and_leaving(shell: Terminal) -> None:
    shell.types("n + 2", "Enter")
    shell.shows(">>> n + 2\n7\n>>>")
    shell.types("C-d")
    shell.shows("left with {'terminateDebuggee': False}\nstatus 0")


def test_exit_leaves_and_ends_nothing(shell: Terminal) -> None:
    shell.types("exit", "Enter")
    shell.shows("left with {'terminateDebuggee': False}\nstatus 0")


def test_a_block_is_indented_and_runs_at_an_empty_line(shell: Terminal) -> None:
    shell.types("for i in x:", "Enter", "if i:", "Enter", "break", "Enter")
    shell.shows(">>> for i in x:\n...     if i:\n...         break\n...")
    shell.types("done", "Enter")
    shell.shows("...     done\n...")
    shell.types("Enter")
    shell.shows("SyntaxError")  # the played program has expressions only


def test_a_pasted_block_runs_as_it_is(shell: Terminal) -> None:
    shell.pastes("    [\n        n,\n    ]\n")
    shell.shows(">>> [\n...     n,\n... ]\n...")
    shell.types("Enter")
    shell.shows("[5]")
    shell.pastes(">>> n + 3\n8\n")
    shell.types("Enter")
    shell.shows(">>> n + 3\n8\n>>>")


def test_candidates_while_typing_and_by_tab(shell: Terminal) -> None:
    shell.types("tot")
    shell.shows("total_of_none  function")
    shell.types("Tab")
    shell.shows(">>> total_of_all")
    shell.types("Enter")
    shell.loses("total_of_none")
    assert ">>> total_of_all\n" in shell.screen() + "\n", "Enter takes the candidate, and runs nothing yet"
    shell.types("(")
    shell.shows("total_of_all(items, tax=0.2)")
    shell.types("1, ")
    shell.shows("\n>>> total_of_all(1,")
    assert "\x1b[1mtax=0.2" in shell.screen(colours=True)
    shell.types(")")
    shell.loses("tax=0.2")


def test_words_of_the_shell_are_candidates(shell: Terminal) -> None:
    shell.types("%sta")
    shell.shows("stacks")


def test_moving_to_another_place(shell: Terminal) -> None:
    shell.types("%loop", "Enter")
    shell.shows(">>> %loop\nin its event loop\n>>>")
    shell.types("%thread worker", "Enter")
    shell.shows("%thread worker\non thread worker\n>>>")
    shell.types("%thread", "Enter")
    shell.shows("on thread MainThread\n>>>")
    shell.types("%thread nobody", "Enter")
    shell.shows("no thread is called 'nobody'; give a number: 1 MainThread, 2 worker\n>>>")
    shell.types("%own", "Enter")
    shell.shows("%own\non a thread of its own\n>>>")
    shell.types("%loop n + 2", "Enter")
    shell.shows("'%loop' takes nothing; type the text that is to run there next\n>>>")


def test_what_something_is(shell: Terminal) -> None:
    shell.types("total_of_all?", "Enter")
    shell.shows("call: total_of_all(items, tax=0.2)\nfrom: /srv/shop.py:12\nWhat all of it costs.\n>>>")
    shell.types("total_of_all??", "Enter")
    shell.shows("    return sum(items) * (1 + tax)\n>>>")
    shell.types("nothing?", "Enter")
    shell.shows("NameError: name 'nothing' is not defined\n>>>")


def test_a_traceback_has_colours(shell: Terminal) -> None:
    shell.types("fail()", "Enter")
    shell.shows("ZeroDivisionError: division by zero\n>>>")
    shown = shell.screen(colours=True)
    assert '\x1b[32m/srv/app.py\x1b[39m", line \x1b[33m3' in shown
    assert "\x1b[34mreturn\x1b[39m \x1b[35m1" in shown


def test_a_status_of_the_program_is_not_ours(shell: Terminal) -> None:
    shell.types("sys.exit(3)", "Enter")
    shell.shows("SystemExit: 3\nThe program goes on; Ctrl-D leaves.\n>>>")


def test_what_wants_the_event_loop(shell: Terminal) -> None:
    shell.types("create_task(f())", "Enter")
    shell.shows("RuntimeError: no running event loop\nIn the program's event loop runs what awaits")


def test_ctrl_c_interrupts_what_runs(shell: Terminal) -> None:
    shell.types("forever()", "Enter")
    shell.shows("working")
    shell.types("C-c")
    shell.shows("working^C\ninterrupted\n>>>")


def test_ctrl_c_twice_gives_up(shell: Terminal) -> None:
    shell.types("stubborn()", "Enter")
    shell.shows("working")
    shell.types("C-c")
    shell.shows("^C")
    shell.types("C-c")
    shell.shows("given up: it may still run in the program\n>>>")


def test_ctrl_c_clears_what_is_typed(shell: Terminal) -> None:
    shell.types("some text")
    shell.shows("some text")
    shell.types("C-c")
    shell.shows(">>> some text\n>>>")
    shell.types("n", "Enter")
    shell.shows(">>> some text\n>>> n\n5\n>>>")


def test_a_question_of_the_program(shell: Terminal) -> None:
    shell.types("input('name? ')", "Enter")
    shell.shows("\nname?")
    shell.types("Ada", "Enter")
    shell.shows("name? Ada\n'Ada'\n>>>")
    shell.types("input('name? ')", "Enter")
    shell.shows("'Ada'\n>>> input('name? ')\nname?")
    shell.types("C-d")
    shell.shows("'at the end'\n>>>")


def test_a_question_that_nobody_waits_for_any_more(shell: Terminal) -> None:
    shell.types("impatient()", "Enter")
    shell.shows("name?")
    shell.shows("it was interrupted\n>>>")
    shell.types("n", "Enter")
    shell.shows(">>> n\n5\n>>>")


def test_what_ends_in_the_background_spoils_no_line(shell: Terminal) -> None:
    shell.types("slow() &", "Enter")
    shell.shows("[1] goes on; its result is shown when it comes")
    shell.types("half a li")
    shell.shows("the program speaks\n[1] slow() -> 'done'\n>>> half a li")


def test_a_line_that_has_not_ended_is_not_lost(shell: Terminal) -> None:
    shell.types("unfinished()", "Enter")
    shell.shows("no end of line\n>>>")


def test_the_end_of_the_program_is_said(shell: Terminal) -> None:
    shell.types("program_ends()", "Enter")
    shell.shows("The program has exited with status 3.\nleft with {'terminateDebuggee': False}\nstatus 0")


def test_history_is_kept_for_its_user_alone(shell: Terminal, state: Path) -> None:
    shell.types("n + 40", "Enter")
    shell.shows("45")
    shell.types("C-d")
    shell.shows("status 0")
    history = state / "remora" / "shell_history"
    assert stat.S_IMODE(history.stat().st_mode) == 0o600
    with open_shell(state) as again:
        again.types("n")
        again.shows(">>> n + 40")
        again.types("C-u", "Up", "Enter")
        again.shows(">>> n + 40\n45\n>>>")


def test_the_keys_of_vi_for_who_has_chosen_them(state: Path) -> None:
    chosen = state / "inputrc"
    chosen.write_text("# as for other programs\nset editing-mode vi\n")
    with open_shell(state, INPUTRC=str(chosen)) as shell:
        shell.types("n + 2", "Escape", "0", "x", "i", "3", "Enter")
        shell.shows(">>> 3 + 2\n5\n>>>")


def test_up_finds_what_began_alike(shell: Terminal) -> None:
    shell.types("n + 40", "Enter")
    shell.shows("45\n>>>")
    shell.types("1 + 1", "Enter")
    shell.shows("45\n>>> 1 + 1\n2\n>>>")
    shell.types("n +", "Up", "Enter")
    shell.shows("2\n>>> n + 40\n45\n>>>")


def test_a_long_line_is_one_line(shell: Terminal) -> None:
    shell.types("n" + "+n" * 90 + "-n")
    shell.shows("+n-n")
    assert "\n    " in shell.screen()
    assert "..." not in shell.screen()
    shell.types("Enter")
    shell.shows("450\n>>>")


def test_the_parameter_at_the_cursor_is_seen(shell: Terminal) -> None:
    shell.types("many(")
    shell.shows("many(parameter0=None, parameter1=None")
    shell.types("parameter29=")
    shell.shows("parameter28=None, parameter29=None")
    assert "\n... " in shell.screen()


def test_a_search_in_the_history_ends_with_what_was_found(shell: Terminal) -> None:
    for text in ("n + 40", "n + 1"):
        shell.types(text, "Enter")
    shell.shows("45\n>>> n + 1\n6\n>>>")
    shell.types("C-r", "40")
    shell.shows("I-search backward: 40")
    shell.types("Enter")
    shell.loses("I-search")
    shell.types("Enter")
    shell.shows("6\n>>> n + 40\n45\n>>>")
