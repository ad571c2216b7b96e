"""The way in of Python 3.14 and later: a script left for the interpreter (PEP 768).

Only memory is written; nothing is stopped.  The main thread runs the script at
its next safe point.  Written here and not by `sys.remote_exec`, which wants a
controller of the target's own version, and changes a word that the target may
be changing too.

Source: PEP 768; pycore_debug_offsets.h and remote_debugging.c of the releases in `_LAYOUTS`.
"""

from __future__ import annotations

import os
import struct
import time

from . import reasons
from .places import places, random_name
from .progress import BEGUN, LEFT_LYING
from .turn import turn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .first_stage_text import FirstStage
    from .places import Place
    from .probe import Target
    from .reasons import AttachError

NAME = "remote-exec"

#: Of the eval breaker, the bit that makes a thread look for a script: "please stop".
_LOOK = 0x20
#: Bits that are set too.  We may overwrite what the target has set since we read
#: it; each of these only makes it look for something once more (signals,
#: pending calls, asynchronous exception).
_LOOK_AGAIN = 0x0E
#: The bit that asks for the GIL.  Never set: a thread that is asked by nobody
#: waits for one that takes it.  Whoever asked now asks again within 5 ms.
_DROP_REQUEST = 0x01
_GRACE = 0.02


class Layout:
    """Offsets from `_PyRuntime` of what a release has in `_Py_DebugOffsets`, and offsets that are fixed."""

    interpreters_head = 40
    interpreter_next = 64
    threads_main = 80

    def __init__(self, *, native_thread_id: int, support: int) -> None:
        self.native_thread_id = native_thread_id
        self.support = support


#: One row a release: version without micro → layout.
_LAYOUTS = {
    0x030E: Layout(native_thread_id=224, support=712),
    0x030F: Layout(native_thread_id=248, support=840),
}
_PATH_SIZE = 512


class Support:
    """The main thread's part of PEP 768: where to write.  Raises `AttachError` if it cannot be used."""

    def __init__(self, target: Target) -> None:
        interpreter, memory = target.interpreter, target.memory
        unknown = target.error(reasons.UNKNOWN_LAYOUT, version=interpreter.version)
        layout = _LAYOUTS.get(interpreter.hexversion >> 16)
        if layout is None or not interpreter.has_debug_offsets or not interpreter.is_released:
            raise unknown
        runtime = interpreter.runtime
        offsets = struct.unpack("<6Q", memory.whole(runtime + layout.support, 48))
        eval_breaker, support, enabled, pending, path, size = offsets
        if size != _PATH_SIZE or max(offsets) > 1 << 20:
            raise unknown
        main = _main_interpreter(target, layout)
        if memory.i32(main + enabled) != 1:
            raise target.error(reasons.REMOTE_EXEC_DISABLED)
        thread = memory.u64(main + memory.u64(runtime + layout.threads_main))
        native = memory.u64(thread + memory.u64(runtime + layout.native_thread_id)) if thread else 0
        if native != target.process.own_pid:
            raise target.error(reasons.MAIN_NOT_RUNNING, doing="it has left the interpreter")
        self.path = thread + support + path
        self.pending = thread + support + pending
        self.eval_breaker = thread + eval_breaker


def refusal(target: Target) -> AttachError | None:
    """What speaks against it for `target`."""
    process = target.process
    if not target.interpreter.has_remote_exec:
        return target.error(reasons.NO_REMOTE_EXEC)
    if process.state(process.pid) in "ZX":
        return target.error(reasons.MAIN_NOT_RUNNING, doing="it has ended")
    try:
        Support(target)
    except reasons.AttachError as error:
        return error
    except OSError:
        return target.error(reasons.UNKNOWN_LAYOUT, version=target.interpreter.version)
    for place in places(process):
        place.close()
        return None
    return target.error(reasons.NO_PLACE_FOR_FILE)


def start(target: Target, first_stage: FirstStage, deadline: float) -> Request:
    """Leave the first stage for the main thread.  Raises `AttachError`; the target is as it was then."""
    with turn(target.pid, deadline):
        return _leave(target, first_stage)


def _leave(target: Target, first_stage: FirstStage) -> Request:
    support = Support(target)
    if target.memory.i32(support.pending):
        raise target.error(reasons.OTHER_SCRIPT)
    for place in places(target.process):
        try:
            return Request(target, support, place, first_stage)
        except OSError:
            place.close()
    raise target.error(reasons.NO_PLACE_FOR_FILE)


class Request:
    """One script that a target has been asked to run.  One thread."""

    #: Nothing is stopped.
    held = 0.0

    def __init__(self, target: Target, support: Support, place: Place, first_stage: FirstStage) -> None:
        self._memory = target.memory
        self._support = support
        self._place = place
        self._name = random_name() + ".py"
        path = f"{place.path}/{self._name}"
        self._path = os.fsencode(path)
        content = first_stage.text(script=path).encode()
        try:
            self._write_script(content, target.process.uid, target.process.gid)
            self._memory.write(support.path, self._path + b"\0")
            self._memory.write(support.pending, struct.pack("<i", 1))
            # One byte: the rest of the word is a version that must not be lost.
            breaker = self._memory.read(support.eval_breaker, 1)[0]
            self._memory.write(
                support.eval_breaker, bytes([(breaker & ~_DROP_REQUEST) | _LOOK | _LOOK_AGAIN])
            )
        except OSError:
            self._remove_script()
            raise

    def progress(self) -> str:
        """By the script, which it removes as its first act.

        The mark in the interpreter may be that of another request, made in the same moment.
        """
        try:
            os.stat(self._name, dir_fd=self._place.fd)
        except FileNotFoundError:
            return BEGUN
        return LEFT_LYING

    def give_up(self) -> None:
        """Take the request back, and the script."""
        try:
            if self._is_still_ours():
                self._memory.write(self._support.pending, struct.pack("<i", 0))
                time.sleep(_GRACE)  # it may have been opening the script at that moment
        except OSError:
            pass  # the thread has ended, and with it what it was asked for
        self._remove_script()
        self._place.close()

    def _is_still_ours(self) -> bool:
        asked = self._memory.i32(self._support.pending)
        return bool(asked) and self._memory.text(self._support.path) == self._path

    def _write_script(self, content: bytes, uid: int, gid: int) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        fd = os.open(self._name, flags, 0o600, dir_fd=self._place.fd)
        try:
            os.write(fd, content)
            os.fchown(fd, uid, gid)
            os.fchmod(fd, 0o400)
        finally:
            os.close(fd)

    def _remove_script(self) -> None:
        try:
            os.unlink(self._name, dir_fd=self._place.fd)
        except OSError:
            return  # the first stage has removed it


def _main_interpreter(target: Target, layout: Layout) -> int:
    """The last of the list: new ones are put before it."""
    memory, runtime = target.memory, target.interpreter.runtime
    interpreter = memory.u64(runtime + memory.u64(runtime + layout.interpreters_head))
    next_at = memory.u64(runtime + layout.interpreter_next)
    for _ in range(1 << 12):
        following = memory.u64(interpreter + next_at)
        if not following:
            return interpreter
        interpreter = following
    raise target.error(reasons.UNKNOWN_LAYOUT, version=target.interpreter.version)
