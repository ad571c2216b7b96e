"""The main thread ends, and another one goes on."""

import ctypes
import threading

SYS_EXIT = 60  # x86-64; ends one thread

libc = ctypes.CDLL(None)
main = ctypes.c_ulong(threading.get_ident())


def work():
    libc.pthread_join(main, None)
    print("ready", flush=True)
    threading.Event().wait()  # @waits


threading.Thread(target=work).start()
libc.syscall(SYS_EXIT, 0)
