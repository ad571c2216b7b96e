import json  # @first
import os
import sys

main = sys.modules["__main__"]
print(
    json.dumps({
        "argv": sys.argv,
        "name": __name__,
        "main": main.__dict__ is globals(),
        "names": sorted(name for name in globals() if name.startswith("__")),
        "file": os.path.basename(__file__),
        "package": __package__,
        "spec": getattr(__spec__, "name", None),
        "path0": sys.path[0],
        "trace": str(sys.gettrace()),
        "flags": str(sys.flags),
        "input": sys.stdin.read(),
    })
)
sys.stdout.flush()


def end(how):
    if how == "raise":
        raise ValueError("at the end")  # @raise
    if how == "kill":
        os.kill(os.getpid(), 15)
    return int(how)


sys.exit(end(sys.argv[1]))
