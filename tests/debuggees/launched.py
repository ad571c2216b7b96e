import atexit  # @first
import gc
import json
import os
import sys
import threading
import warnings

main = sys.modules["__main__"]
cached = globals().get("__cached__", "none")
finished = []


class Noisy:
    def __del__(self):
        raise ValueError("as it is freed")


def at_exit(name):
    print("at exit", name, sorted(set(main.__dict__) & {"__file__", "__cached__"}), sys.gettrace())
    print(getattr(sys, "last_type", None), sys.excepthook is sys.__excepthook__, finished)


def work(ready):
    ready.wait()
    finished.append("thread")


def end(how):
    if how == "raise":
        raise ValueError("at the end")  # @raise
    if how == "chain":
        try:
            raise KeyError("first")
        except KeyError:
            end("raise")
    if how == "hook":
        sys.excepthook = lambda kind, error, traceback: print("hooked", kind, error, sys.exc_info())
        end("raise")
    if how == "hook fails":
        sys.excepthook = None
        end("raise")
    if how == "interrupt":
        raise KeyboardInterrupt
    if how == "signal":
        os.kill(os.getpid(), 15)
    if how == "_exit":
        os._exit(5)
    if how == "text":
        sys.exit("a sentence")
    if how == "none":
        sys.exit()
    if how == "in a thread":
        thread = threading.Thread(target=sys.exit, args=(3,))
        thread.start()
        thread.join()
    elif how == "thread at exit":
        ready = threading.Event()
        threading.Thread(target=work, args=(ready,)).start()
        at_exit_of_main(ready)
    elif how == "unraisable":
        main.noisy = Noisy()
    elif how == "exec":
        exec("1 / 0")
    elif how == "warn":
        warnings.warn("old", DeprecationWarning, stacklevel=1)
    elif how == "chdir":
        os.chdir("/")
    elif how.isdigit():
        sys.exit(int(how))


def at_exit_of_main(ready):
    """Let the thread go once the main thread has nothing left to do."""
    event = threading.Thread(target=lambda: (threading.main_thread().join(), ready.set()))
    event.start()


print(
    json.dumps(
        {
            "argv": sys.argv,
            "orig_argv": getattr(sys, "orig_argv", None),
            "name": __name__,
            "main": main.__dict__ is globals(),
            "names": sorted(name for name in globals() if name.startswith("__")),
            "file": globals().get("__file__"),
            "cached": cached if cached is None else os.path.basename(cached),
            "doc": __doc__ or None,
            "package": __package__,
            "spec": str(__spec__).partition(" object at")[0],
            "loader": str(__loader__).partition(" object at")[0],
            "loads": getattr(__loader__, "path", None),
            "builtins": str(__builtins__),
            "path": sys.path,
            "hooks": [sys.excepthook is sys.__excepthook__, sys.displayhook is sys.__displayhook__],
            "finders": [str(each).partition(" object at")[0] for each in sys.meta_path],
            "seen paths": sorted(
                path for path in sys.path_importer_cache if path.startswith((".", os.getcwd() + "/"))
            ),
            "trace": str(sys.gettrace()),
            "flags": str(sys.flags),
            "options": [sys.warnoptions, sys._xoptions],
            "filters": [str(each) for each in warnings.filters],
            "recursion": sys.getrecursionlimit(),
            "frozen": gc.get_freeze_count(),
            "thread": [threading.current_thread().name, threading.active_count()],
            "environment": dict(os.environ),
            "folder": os.getcwd(),
            "input": sys.stdin.read(),
        }
    )
)
atexit.register(at_exit, 1)
atexit.register(at_exit, 2)
end(sys.argv[1] if len(sys.argv) > 1 else "")
