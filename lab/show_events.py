"""Prints the events of a program as the interpreter reports them, to see what a new Python has changed.

    python3.X lab/show_events.py PROGRAM [FUNCTION]

Uses `sys.monitoring` where there is one, else `sys.settrace`; nothing of remora.  With FUNCTION, only its
code is shown.  `python -m dis PROGRAM` shows the instructions that the offsets point at.
"""

import sys


def main(path, function=""):
    with open(path, "rb") as file:
        code = compile(file.read(), path, "exec")

    def is_wanted(code):
        return code.co_filename == path and function in ("", code.co_name)

    show = show_monitoring if hasattr(sys, "monitoring") else show_trace
    finish = show(is_wanted)
    try:
        exec(code, {"__name__": "__main__", "__file__": path})
    finally:
        finish()


def show_monitoring(is_wanted):
    """PEP 669: the name of the event, where it was, and its arguments."""
    monitoring = sys.monitoring
    tool = monitoring.DEBUGGER_ID
    monitoring.use_tool_id(tool, "show_events")
    names = [
        name for name in vars(monitoring.events) if name.isupper() and name not in ("NO_EVENTS", "C_RAISE")
    ]

    def callback(name):
        def report(code, *arguments):
            if is_wanted(code):
                frame = sys._getframe(1)
                print(f"{name:18} {code.co_name:16} line {frame.f_lineno!s:4} {describe(arguments)}")

        return report

    wanted = 0
    for name in names:
        if name != "C_RETURN":  # comes with CALL
            wanted |= getattr(monitoring.events, name)
        monitoring.register_callback(tool, getattr(monitoring.events, name), callback(name))
    monitoring.set_events(tool, wanted)
    return lambda: monitoring.free_tool_id(tool)


def show_trace(is_wanted):
    """The event, where it was, the offset of the instruction, and the argument."""

    def trace(frame, event, argument):
        code = frame.f_code
        if not is_wanted(code):
            return None
        where = f"{code.co_name:16} line {frame.f_lineno!s:4} @{frame.f_lasti:<4}"
        print(f"{event:18} {where} {describe((argument,))}")
        return trace

    sys.settrace(trace)
    return lambda: sys.settrace(None)


def describe(arguments):
    return " ".join(repr(argument)[:60] for argument in arguments if argument is not None)


if __name__ == "__main__":
    main(*sys.argv[1:])
