"""Has no threads until it is asked for one that fails."""

import sys


def fails(key):
    return {}[key]  # @fails


def start():
    import threading

    thread = threading.Thread(target=fails, args=("tea",))
    thread.start()
    thread.join()
    loader = threading.__loader__
    print("gave", loader is threading.__spec__.loader, type(loader).__name__, flush=True)


print("ready", "threading" in sys.modules, flush=True)
sys.stdin.readline()
start()
print("finders", [type(each).__name__ for each in sys.meta_path if type(each) is not type], flush=True)
sys.stdin.readline()
