"""What the arguments of requests may hold, as far as `check` looks at it.

Made by tools/gen_dap.py; do not edit.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Tuple, Union

    #: A type of Python; integers from the range's start on; one of some strings;
    #: an array of a kind; the name of a shape.
    Kind = Union[type, range, Tuple[str, ...], List[Any], str]
    Shape = Tuple[Tuple[str, ...], Dict[str, Kind]]

NATURAL = range(1)

#: Command → shape of its arguments, for the requests whose arguments are not free.
ARGUMENTS = {
    "attach": "AttachRequestArguments",
    "breakpointLocations": "BreakpointLocationsArguments",
    "cancel": "CancelArguments",
    "completions": "CompletionsArguments",
    "continue": "ContinueArguments",
    "dataBreakpointInfo": "DataBreakpointInfoArguments",
    "disassemble": "DisassembleArguments",
    "disconnect": "DisconnectArguments",
    "evaluate": "EvaluateArguments",
    "exceptionInfo": "ExceptionInfoArguments",
    "goto": "GotoArguments",
    "gotoTargets": "GotoTargetsArguments",
    "initialize": "InitializeRequestArguments",
    "launch": "LaunchRequestArguments",
    "modules": "ModulesArguments",
    "next": "NextArguments",
    "pause": "PauseArguments",
    "readMemory": "ReadMemoryArguments",
    "remora/code": "RemoraCodeArguments",
    "remora/configure": "RemoraConfigureArguments",
    "remora/describe": "RemoraDescribeArguments",
    "remora/exceptionStack": "RemoraExceptionStackArguments",
    "remora/handleSignal": "RemoraHandleSignalArguments",
    "remora/resolveSource": "RemoraResolveSourceArguments",
    "remora/sendSignal": "RemoraSendSignalArguments",
    "remora/tasks": "RemoraTasksArguments",
    "restart": "RestartArguments",
    "restartFrame": "RestartFrameArguments",
    "scopes": "ScopesArguments",
    "setBreakpoints": "SetBreakpointsArguments",
    "setDataBreakpoints": "SetDataBreakpointsArguments",
    "setExceptionBreakpoints": "SetExceptionBreakpointsArguments",
    "setExpression": "SetExpressionArguments",
    "setFunctionBreakpoints": "SetFunctionBreakpointsArguments",
    "setInstructionBreakpoints": "SetInstructionBreakpointsArguments",
    "setVariable": "SetVariableArguments",
    "source": "SourceArguments",
    "stackTrace": "StackTraceArguments",
    "stepIn": "StepInArguments",
    "stepInTargets": "StepInTargetsArguments",
    "stepOut": "StepOutArguments",
    "terminate": "TerminateArguments",
    "terminateThreads": "TerminateThreadsArguments",
    "variables": "VariablesArguments",
    "writeMemory": "WriteMemoryArguments",
}

#: Shape → the names of its required fields, and the kind of each field that is not free.
SHAPES: dict[str, Shape] = {
    "AttachRequestArguments": (
        (),
        {
            "justMyCode": bool,
            "debugStdLib": bool,
            "rules": ["RemoraRule"],
            "debugOptions": [str],
            "breakOnSystemExit": list,
            "breakOnSystemExitZero": bool,
            "maxExceptionStackFrames": NATURAL,
            "raisedInEachFrame": bool,
            "redirectOutput": bool,
            "showReturnValue": bool,
            "stopOnEntry": bool,
            "evaluationTimeout": float,
            "showArguments": bool,
            "onDisconnect": ("continue", "stay"),
            "observe": bool,
            "remoraChildren": "RemoraChildren",
        },
    ),
    "BreakpointLocationsArguments": (
        ("source", "line"),
        {"source": "Source", "line": NATURAL, "column": NATURAL, "endLine": NATURAL, "endColumn": NATURAL},
    ),
    "CancelArguments": ((), {"requestId": int, "progressId": str}),
    "Checksum": (
        ("algorithm", "checksum"),
        {"algorithm": ("MD5", "SHA1", "SHA256", "timestamp"), "checksum": str},
    ),
    "CompletionsArguments": (
        ("text", "column"),
        {"frameId": int, "text": str, "column": NATURAL, "line": NATURAL},
    ),
    "ContinueArguments": (("threadId",), {"threadId": int, "singleThread": bool}),
    "DataBreakpoint": (
        ("dataId",),
        {"dataId": str, "accessType": ("read", "write", "readWrite"), "condition": str, "hitCondition": str},
    ),
    "DataBreakpointInfoArguments": (("name",), {"variablesReference": int, "name": str, "frameId": int}),
    "DisassembleArguments": (
        ("memoryReference", "instructionCount"),
        {
            "memoryReference": str,
            "offset": int,
            "instructionOffset": int,
            "instructionCount": int,
            "resolveSymbols": bool,
        },
    ),
    "DisconnectArguments": ((), {"restart": bool, "terminateDebuggee": bool, "suspendDebuggee": bool}),
    "EvaluateArguments": (
        ("expression",),
        {"expression": str, "frameId": int, "context": str, "format": "ValueFormat", "remoraOutput": bool},
    ),
    "ExceptionFilterOptions": (("filterId",), {"filterId": str, "condition": str}),
    "ExceptionInfoArguments": (("threadId",), {"threadId": int}),
    "ExceptionOptions": (
        ("breakMode",),
        {"path": ["ExceptionPathSegment"], "breakMode": ("never", "always", "unhandled", "userUnhandled")},
    ),
    "ExceptionPathSegment": (("names",), {"negate": bool, "names": [str]}),
    "FunctionBreakpoint": (("name",), {"name": str, "condition": str, "hitCondition": str}),
    "GotoArguments": (("threadId", "targetId"), {"threadId": int, "targetId": int}),
    "GotoTargetsArguments": (("source", "line"), {"source": "Source", "line": NATURAL, "column": NATURAL}),
    "InitializeRequestArguments": (
        ("adapterID",),
        {
            "clientID": str,
            "clientName": str,
            "adapterID": str,
            "locale": str,
            "linesStartAt1": bool,
            "columnsStartAt1": bool,
            "pathFormat": str,
            "supportsVariableType": bool,
            "supportsVariablePaging": bool,
            "supportsRunInTerminalRequest": bool,
            "supportsMemoryReferences": bool,
            "supportsProgressReporting": bool,
            "supportsInvalidatedEvent": bool,
            "supportsMemoryEvent": bool,
            "supportsArgsCanBeInterpretedByShell": bool,
            "supportsStartDebuggingRequest": bool,
            "supportsRemoraStopDetails": bool,
        },
    ),
    "InstructionBreakpoint": (
        ("instructionReference",),
        {"instructionReference": str, "offset": int, "condition": str, "hitCondition": str},
    ),
    "LaunchRequestArguments": (
        (),
        {
            "noDebug": bool,
            "justMyCode": bool,
            "debugStdLib": bool,
            "rules": ["RemoraRule"],
            "debugOptions": [str],
            "breakOnSystemExit": list,
            "breakOnSystemExitZero": bool,
            "maxExceptionStackFrames": NATURAL,
            "raisedInEachFrame": bool,
            "redirectOutput": bool,
            "showReturnValue": bool,
            "stopOnEntry": bool,
            "evaluationTimeout": float,
            "showArguments": bool,
            "onDisconnect": ("continue", "stay"),
            "observe": bool,
            "remoraChildren": "RemoraChildren",
        },
    ),
    "ModulesArguments": ((), {"startModule": NATURAL, "moduleCount": NATURAL}),
    "NextArguments": (
        ("threadId",),
        {
            "threadId": int,
            "singleThread": bool,
            "granularity": ("statement", "line", "instruction"),
            "remoraUntil": NATURAL,
            "remoraDifferent": bool,
        },
    ),
    "PauseArguments": (("threadId",), {"threadId": int}),
    "ReadMemoryArguments": (
        ("memoryReference", "count"),
        {"memoryReference": str, "offset": int, "count": int},
    ),
    "RemoraChildren": (("directory", "firstStage"), {"directory": str, "firstStage": str, "onlyExec": bool}),
    "RemoraCodeArguments": ((), {"frameId": int, "expression": str}),
    "RemoraConfigureArguments": (
        (),
        {
            "justMyCode": bool,
            "rules": ["RemoraRule"],
            "redirectOutput": bool,
            "onDisconnect": ("continue", "stay"),
            "remoraChildren": "RemoraChildren",
        },
    ),
    "RemoraDescribeArguments": (("expression",), {"expression": str, "frameId": int}),
    "RemoraExceptionStackArguments": (("threadId",), {"threadId": int}),
    "RemoraHandleSignalArguments": (
        ("signal",),
        {"signal": str, "stop": bool, "print": bool, "deliver": bool},
    ),
    "RemoraResolveSourceArguments": (("path",), {"path": str}),
    "RemoraRule": (("include",), {"path": str, "module": str, "include": bool}),
    "RemoraSendSignalArguments": (("signal",), {"signal": str}),
    "RemoraTasksArguments": ((), {"start": NATURAL, "count": NATURAL}),
    "RestartArguments": ((), {}),
    "RestartFrameArguments": (("frameId",), {"frameId": int}),
    "ScopesArguments": (("frameId",), {"frameId": int}),
    "SetBreakpointsArguments": (
        ("source",),
        {"source": "Source", "breakpoints": ["SourceBreakpoint"], "lines": [int], "sourceModified": bool},
    ),
    "SetDataBreakpointsArguments": (("breakpoints",), {"breakpoints": ["DataBreakpoint"]}),
    "SetExceptionBreakpointsArguments": (
        ("filters",),
        {
            "filters": [str],
            "filterOptions": ["ExceptionFilterOptions"],
            "exceptionOptions": ["ExceptionOptions"],
        },
    ),
    "SetExpressionArguments": (
        ("expression", "value"),
        {"expression": str, "value": str, "frameId": int, "format": "ValueFormat"},
    ),
    "SetFunctionBreakpointsArguments": (("breakpoints",), {"breakpoints": ["FunctionBreakpoint"]}),
    "SetInstructionBreakpointsArguments": (("breakpoints",), {"breakpoints": ["InstructionBreakpoint"]}),
    "SetVariableArguments": (
        ("variablesReference", "name", "value"),
        {"variablesReference": int, "name": str, "value": str, "format": "ValueFormat"},
    ),
    "Source": (
        (),
        {
            "name": str,
            "path": str,
            "sourceReference": int,
            "presentationHint": ("normal", "emphasize", "deemphasize"),
            "origin": str,
            "sources": ["Source"],
            "checksums": ["Checksum"],
        },
    ),
    "SourceArguments": (("sourceReference",), {"source": "Source", "sourceReference": int}),
    "SourceBreakpoint": (
        ("line",),
        {"line": NATURAL, "column": NATURAL, "condition": str, "hitCondition": str, "logMessage": str},
    ),
    "StackFrameFormat": (
        (),
        {
            "hex": bool,
            "parameters": bool,
            "parameterTypes": bool,
            "parameterNames": bool,
            "parameterValues": bool,
            "line": bool,
            "module": bool,
            "includeAll": bool,
        },
    ),
    "StackTraceArguments": (
        ("threadId",),
        {"threadId": int, "startFrame": NATURAL, "levels": NATURAL, "format": "StackFrameFormat"},
    ),
    "StepInArguments": (
        ("threadId",),
        {
            "threadId": int,
            "singleThread": bool,
            "targetId": int,
            "granularity": ("statement", "line", "instruction"),
            "remoraEvents": [("call", "return", "line", "exception")],
            "remoraDifferent": bool,
        },
    ),
    "StepInTargetsArguments": (("frameId",), {"frameId": int}),
    "StepOutArguments": (
        ("threadId",),
        {"threadId": int, "singleThread": bool, "granularity": ("statement", "line", "instruction")},
    ),
    "TerminateArguments": ((), {"restart": bool}),
    "TerminateThreadsArguments": ((), {"threadIds": [int]}),
    "ValueFormat": ((), {"hex": bool}),
    "VariablesArguments": (
        ("variablesReference",),
        {
            "variablesReference": int,
            "filter": ("indexed", "named"),
            "start": NATURAL,
            "count": NATURAL,
            "format": "ValueFormat",
        },
    ),
    "WriteMemoryArguments": (
        ("memoryReference", "data"),
        {"memoryReference": str, "offset": int, "allowPartial": bool, "data": str},
    ),
}
