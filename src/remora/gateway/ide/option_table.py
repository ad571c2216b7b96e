"""The options of `launch` and `attach`: one table, from which the reference page is made.

Decides which options there are, and which have no effect.  Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

from .option_kinds import (
    ADDRESS,
    ANYTHING,
    ARGS,
    BOOLEAN,
    CODE,
    CONSOLE,
    ENVIRONMENT,
    INTEGER,
    MAPPINGS,
    OBJECT,
    OBJECTS,
    ON_DISCONNECT,
    ON_TERMINATE,
    PID,
    PORT,
    PYTHON,
    STRING,
    SUBPROCESSES,
    TARGET,
    TEXT,
    WORDS,
    Kind,
)

LAUNCH, ATTACH, BOTH = ("launch",), ("attach",), ("launch", "attach")


@dataclass(frozen=True)
class Option:
    """`missing` says, if anything, why the option has no effect; `default` is for people."""

    name: str
    requests: tuple[str, ...]
    kind: Kind
    default: str
    meaning: str
    missing: str = ""


OPTIONS = (
    Option(
        "program",
        LAUNCH,
        TEXT,
        "",
        "the file to run; one of `program`, `module` and `code` is needed",
    ),
    Option(
        "module",
        LAUNCH,
        TEXT,
        "",
        "the module to run, as `python -m` does",
    ),
    Option(
        "code",
        LAUNCH,
        CODE,
        "",
        "the text to run, as `python -c` does",
    ),
    Option(
        "args",
        LAUNCH,
        ARGS,
        "`[]`",
        "what the program is given; a string is for the terminal's shell to read, or is split as "
        "a shell would",
    ),
    Option(
        "python",
        LAUNCH,
        PYTHON,
        "the one that runs remora",
        "the interpreter, and options before `pythonArgs`",
    ),
    Option(
        "pythonPath",
        LAUNCH,
        PYTHON,
        "",
        "the old spelling of `python`",
    ),
    Option(
        "pythonArgs",
        LAUNCH,
        WORDS,
        "`[]`",
        "options of the interpreter",
    ),
    Option(
        "cwd",
        LAUNCH,
        TEXT,
        "the directory of `program`, if it names one",
        "the directory to begin in",
    ),
    Option(
        "env",
        LAUNCH,
        ENVIRONMENT,
        "`{}`",
        "added to the environment",
    ),
    Option(
        "console",
        LAUNCH,
        CONSOLE,
        "`internalConsole`",
        "where the program's input and output are: in a terminal of the editor, one of its own, "
        "or shown by the editor as text without input",
    ),
    Option(
        "consoleTitle",
        LAUNCH,
        STRING,
        "`Python Debug Console`",
        "the title of that terminal",
    ),
    Option(
        "terminalQuoteCharacter",
        LAUNCH,
        STRING,
        "",
        "quotes words for the terminal's shell, when `args` is a string",
    ),
    Option(
        "sudo",
        LAUNCH,
        BOOLEAN,
        "`false`",
        "run the program by `sudo -E`",
    ),
    Option(
        "stopOnEntry",
        BOTH,
        BOOLEAN,
        "`false`",
        "stop before the first line, or where the program is",
    ),
    Option(
        "observe",
        ATTACH,
        BOOLEAN,
        "`false`",
        "only look: what changes the program, stops it, lets it go on or runs code in it is refused",
    ),
    Option(
        "onDisconnect",
        BOTH,
        ON_DISCONNECT,
        "`continue`",
        "what becomes of a stopped program when its last client goes or is lost: it goes on, or stays so"
        " for the next one; `disconnect` with `suspendDebuggee` decides anew",
    ),
    Option(
        "noDebug",
        BOTH,
        BOOLEAN,
        "`false`",
        "run the program without a debugger; of `attach`: have prompts in it, as `remora shell` has, and take"
        " no part in debugging it",
    ),
    Option(
        "waitOnNormalExit",
        LAUNCH,
        BOOLEAN,
        "`false`",
        "keep the terminal until a key is pressed, when the program has ended with status 0",
    ),
    Option(
        "waitOnAbnormalExit",
        LAUNCH,
        BOOLEAN,
        "`false`",
        "the same for every other status",
    ),
    Option(
        "redirectOutput",
        BOTH,
        BOOLEAN,
        "`true` with `internalConsole`",
        "show in the editor what the program writes; a terminal, which is none to it then, shows it, too",
    ),
    Option(
        "processId",
        ATTACH,
        PID,
        "",
        "the process to attach to, which need not be prepared; one of `processId`, `target`, "
        "`connect`, `listen`, `core` is needed",
    ),
    Option(
        "target",
        ATTACH,
        TARGET,
        "",
        "a pid or a part of a command line, as `remora attach` takes it",
    ),
    Option(
        "connect",
        ATTACH,
        ADDRESS,
        "",
        "a program, or another adapter, that speaks DAP there",
    ),
    Option(
        "core",
        ATTACH,
        TEXT,
        "",
        "a core file, which is looked at as a picture that cannot be changed",
    ),
    Option(
        "executable",
        ATTACH,
        TEXT,
        "as the core file tells",
        "the program that has left `core`, if it is not where it was",
    ),
    Option(
        "outside",
        ATTACH,
        BOOLEAN,
        "where nothing else is possible",
        "look at `processId` or `target` from outside, and run nothing in it: a picture of stacks and "
        "variables that cannot be changed, of which `restart` takes a newer one; `false`: never",
    ),
    Option(
        "host",
        ATTACH,
        STRING,
        "`127.0.0.1`",
        "with `port`, the old spelling of `connect`",
    ),
    Option(
        "port",
        ATTACH,
        PORT,
        "",
        "with `host`, the old spelling of `connect`",
    ),
    Option(
        "listen",
        ATTACH,
        ADDRESS,
        "",
        "wait there for a program of yours to connect; those of other hosts need `remora.connect` and a key",
    ),
    Option(
        "subProcessId",
        ATTACH,
        PID,
        "",
        "a child process that waits for its session, in the configuration that its parent's session makes",
    ),
    Option(
        "justMyCode",
        BOTH,
        BOOLEAN,
        "`true`",
        "steps, breakpoints and exceptions pass by the standard library and installed packages",
    ),
    Option(
        "debugStdLib",
        BOTH,
        BOOLEAN,
        "`false`",
        "the old spelling of `justMyCode`, the other way round",
    ),
    Option(
        "rules",
        BOTH,
        OBJECTS,
        "`[]`",
        "what counts as yours: `{path or module, include}`, the first that fits",
    ),
    Option(
        "pathMappings",
        BOTH,
        MAPPINGS,
        "`[]`",
        "where files are: `localRoot` for the editor, `remoteRoot` for the program (`.`: its "
        "working directory)",
    ),
    Option(
        "resolveSymlinks",
        BOTH,
        BOOLEAN,
        "`false`",
        "names of files mean what they lead to",
    ),
    Option(
        "showReturnValue",
        BOTH,
        BOOLEAN,
        "`true`",
        "show what functions returned, after steps",
    ),
    Option(
        "variablePresentation",
        BOTH,
        OBJECT,
        "groups",
        "`{all, special, function, class, protected}`: each `group`, `inline` or `hide`",
    ),
    Option(
        "raisedInEachFrame",
        BOTH,
        BOOLEAN,
        "`true`",
        "the filter `raised` stops in each frame of yours that an exception comes through; else only in the "
        "first",
    ),
    Option(
        "maxExceptionStackFrames",
        BOTH,
        INTEGER,
        "`0`: all",
        "frames in the stack of an exception",
    ),
    Option(
        "breakOnSystemExit",
        BOTH,
        ANYTHING,
        "",
        "which exit statuses are exceptions: codes, and ranges `{from, to}`",
    ),
    Option(
        "breakOnSystemExitZero",
        BOTH,
        BOOLEAN,
        "`false`",
        "status 0 is one, too",
    ),
    Option(
        "steppingResumesAllThreads",
        BOTH,
        BOOLEAN,
        "`true`",
        "a step lets the other threads go on meanwhile",
    ),
    Option(
        "stopAllThreadsOnSuspend",
        BOTH,
        BOOLEAN,
        "`true`",
        "a stop stops all threads",
    ),
    Option(
        "onTerminate",
        BOTH,
        ON_TERMINATE,
        "`kill`",
        "what ending means: interrupt, and end it harder if it has not ended soon; or only interrupt",
    ),
    Option(
        "terminateChildProcesses",
        BOTH,
        BOOLEAN,
        "`true`",
        "a launched program that is ended takes its children with it",
    ),
    Option(
        "subProcess",
        BOTH,
        SUBPROCESSES,
        "`true`",
        "debug child processes, too: all, none, what the program itself becomes by `exec`, or those whose "
        "command line, or a word of it, fits one of the patterns (`*`, `?`)",
    ),
    Option(
        "clientOS",
        BOTH,
        STRING,
        "",
        "`windows`: the editor's paths are those of Windows",
    ),
    Option(
        "debugOptions",
        BOTH,
        WORDS,
        "`[]`",
        "flags of old configurations, such as `RedirectOutput`",
    ),
    Option(
        "autoReload",
        BOTH,
        OBJECT,
        "off",
        "load changed files again",
        "changed files are not loaded into a running program; use 'restart'",
    ),
    Option(
        "gevent",
        LAUNCH,
        BOOLEAN,
        "`false`",
        "greenlets",
        "greenlets are debugged as parts of their thread",
    ),
    Option(
        "guiEventLoop",
        BOTH,
        STRING,
        "",
        "an event loop while the program is stopped",
        "windows of the program do not react while it is stopped",
    ),
    Option(
        "qt",
        LAUNCH,
        STRING,
        "",
        "threads of Qt",
        "threads of Qt are seen once they run Python",
    ),
    Option(
        "django",
        BOTH,
        BOOLEAN,
        "`false`",
        "breakpoints in templates",
        "there are no breakpoints in templates",
    ),
    Option(
        "flask",
        BOTH,
        BOOLEAN,
        "`false`",
        "breakpoints in templates",
        "there are no breakpoints in templates",
    ),
    Option(
        "jinja",
        BOTH,
        BOOLEAN,
        "`false`",
        "breakpoints in templates",
        "there are no breakpoints in templates",
    ),
    Option(
        "pyramid",
        BOTH,
        BOOLEAN,
        "`false`",
        "breakpoints in templates",
        "there are no breakpoints in templates",
    ),
)

#: By name.
TABLE = {option.name: option for option in OPTIONS}
