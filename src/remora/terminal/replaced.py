"""Words of other debuggers that are no commands here, and what does their work instead.

Asked only when a line has turned out to be neither a command nor Python that
runs, so that these words stay free for the program's variables.  Pure.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[a-z]+\??")

REPLACED = {
    "a": "'info args' shows the arguments, 'analyze' looks at an exception",
    "args": "'info args' shows the arguments",
    "bpython": "'python' is a Python prompt in the selected frame",
    "breakonexit": "say 'break atexit:FUNCTION', or 'break' in the function that runs at the end",
    "commands": "write 'logpoint LOCATION MESSAGE' to print at a place, or 'macro' for several commands",
    "debug": "say 'break FUNCTION', and call it in a program of its own: remora run -c 'EXPRESSION'",
    "del": "'delete N' deletes a breakpoint",
    "deparse": "'list' shows the source and 'disassemble' the bytecode; nothing is decompiled",
    "deval": "'eval' runs the current line of source, 'eval?' its expression",
    "encoding": "text is UTF-8 on every side",
    "env": "say 'import os; os.environ[NAME] = VALUE', or set it before 'remora run'",
    "exec": "a statement is typed as it is; '!' before it makes sure",
    "host": "'quit', then 'remora connect [USER@]HOST[:PORT]' for a program on another host",
    "ipython": "'python' is a Python prompt in the selected frame",
    "launch": "'quit', then 'remora run PROGRAM ARGS'; 'restart' starts this one again",
    "password": "there are none: your programs on this host are open to you, others by SSH keys",
    "pydocx": "'whatis THING' tells type, documentation and place; 'help(THING)' is Python",
    "reload": "say 'import importlib; importlib.reload(MODULE)'",
    "remote": "'remora run --listen' takes clients from other hosts, and always over SSH",
    "retval": "'info return' shows what the last call returned",
    "rv": "'info return' shows what the last call returned",
    "stop": "'kill' ends the program, 'pause' stops it where it is",
    "synchro": "values can be looked at while the program runs: 'p EXPRESSION'",
    "v": "an expression is typed as it is, or with 'p' before it",
}

#: The same for what they `set`.
REPLACED_SETTINGS = {
    "asmfmt": "'disassemble' has one form",
    "autodisasm": "say 'disassemble' where you need it",
    "autopc": "say 'info pc' where you need it",
    "autopython": "say 'python' where you need it",
    "dbg_trepan": "remora does not debug itself",
    "disasmflavor": "'disassemble' has one form",
    "events": "say 'step call', 'step return' or 'step exception', and 'catch' for every time",
    "tempdir": "source comes through the session, and needs no folder",
    "trace": "say 'logpoint LOCATION MESSAGE'",
}


def replacement(line: str) -> str | None:
    """A sentence about the word that the line begins with, or None for words that mean nothing anywhere."""
    match = _WORD.match(line)
    rest = line[match.end() :] if match else ""
    if match is None or (rest and not rest[0].isspace()):
        return None
    word = match[0]
    sentence = REPLACED.get(word)
    return f"'{word}' is not a command here: {sentence}" if sentence else None


def setting_replacement(name: str) -> str | None:
    """The same about a setting of trepan's."""
    sentence = REPLACED_SETTINGS.get(name)
    return f"there is no setting '{name}': {sentence}" if sentence else None
