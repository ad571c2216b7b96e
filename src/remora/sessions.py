"""Where prepared programs and listeners of this host are found: a directory of each user's own.

Decides where the directory is and who may use it, what its entries are called,
and when one is stale.  Knows nothing of what is said on the sockets.  Any
thread; it also runs in debuggees, and travels there as text.

Entries: `program-PID`, the socket of a prepared program; `port-N`, a link to
the program that is served on port N; `listener-N`, the socket of somebody who
listens on port N for programs that dial in.
"""

# No `from __future__`, which would be an import in programs that get this as text.

import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    import _socket
    import socket
    from typing import Dict, Iterator, List, Optional, Tuple

KINDS = ("program", "port", "listener")
#: How many may wait to be accepted.
BACKLOG = 128
#: Seconds to get into a queue that is full.
_PATIENCE = 1
_OPEN = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class Unusable(OSError):
    """The directory is not one that is ours alone; the text says what to do."""


class Entry:
    """One entry of a directory: `kind` and `number` as in its name, `path`, and the `uid` it belongs to."""

    def __init__(self, kind: str, number: int, path: str, uid: int) -> None:
        self.kind = kind
        self.number = number
        self.path = path
        self.uid = uid

    def __repr__(self) -> str:
        return "<Entry %s>" % self.path


def directory() -> str:
    """This user's directory, made if need be.  Raises `Unusable`, or `OSError` if it cannot be made."""
    path = _own_path()
    try:
        os.mkdir(path, 0o700)
    except FileExistsError:
        _check(path)
    return path


def program_socket(pid: int) -> str:
    """Where the program `pid` of this user has its door, if it has one."""
    return "%s/program-%d" % (_own_path(), pid)


def port_link(port: int) -> str:
    """The entry for a program that is served on a port."""
    return "%s/port-%d" % (_own_path(), port)


def listener_socket(port: int) -> str:
    """Where somebody of this user listens for programs, if so."""
    return "%s/listener-%d" % (_own_path(), port)


def entries() -> "List[Entry]":
    """All entries that this user may see, root those of every user; they may be stale."""
    return [entry for path, uid in _directories() for entry in _entries_in(path, uid)]


def listen(path: str) -> "_socket.socket":
    """A listening socket at `path`, in this user's directory, which is made if need be.

    A stale entry is replaced.  Raises `FileExistsError` if somebody listens
    there, and what `directory` raises.
    """
    import _socket

    fd, name = _open_for(path)
    sock = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        # A program may have given all its sockets a time limit.
        sock.settimeout(None)
        _enter(sock, fd, name, path)
    except BaseException:
        sock.close()
        raise
    finally:
        os.close(fd)
    return sock


def link(port: int, pid: int) -> str:
    """Enter that program `pid` is served on `port`; the entry's path.  Replaces what was entered."""
    path = port_link(port)
    fd, name = _open_for(path)
    try:
        temporary = "%s.%s" % (name, os.urandom(8).hex())
        os.symlink("program-%d" % pid, temporary, dir_fd=fd)
        os.rename(temporary, name, src_dir_fd=fd, dst_dir_fd=fd)
    finally:
        os.close(fd)
    return path


def program_of(port: int) -> "Optional[int]":
    """The pid of the program that is served on a port; None if none is."""
    return program_at(port_link(port))


def program_at(path: str) -> "Optional[int]":
    """The pid that a `port-N` entry names; None if it names none."""
    try:
        kind, _, number = os.readlink(path).partition("-")
    except OSError:
        return None
    return int(number) if kind == "program" and number.isdigit() else None


def remove(path: str) -> None:
    """Take an entry out, which may be gone already."""
    try:
        os.unlink(path)
    except OSError:
        return  # whoever met it as a stale one was faster, or nobody may write there any more


def connect(path: str) -> "socket.socket":
    """A connection to the entry at `path`; one that is stale is removed.

    Raises `FileNotFoundError` (no such entry), `ConnectionRefusedError` (a
    stale one), `PermissionError` (somebody listens there who is not this user).
    """
    import socket

    sock = socket.socket(fileno=dial(path).detach())
    sock.settimeout(None)
    return sock


def dial(path: str) -> "_socket.socket":
    """`connect` for debuggees, which does without the module `socket`."""
    folder, _, name = path.rpartition("/")
    fd = _open_own(folder, os.geteuid())
    try:
        sock = _dial(fd, name, path)
    finally:
        os.close(fd)
    if not is_own(sock):
        sock.close()
        raise PermissionError("somebody else listens at %s" % path)
    return sock


def dial_program(pid: int) -> "Optional[_socket.socket]":
    """A connection to the door of a process of this host; None if it has none that we may use.

    It is looked for where that process would have put it, which may be in
    another root directory.  Whoever answers is that process, of that user.
    """
    try:
        uid, own_pid = _identity(pid)
        places = list(_directories_of(pid, uid))
    except OSError:
        return None
    for root, path in places:
        try:
            fd = _open_below(root, path) if root else _open_own(path, uid)
        except OSError:
            continue
        try:
            name = "program-%d" % own_pid
            sock = _dial(fd, name, "%s/%s" % (path, name))
        except OSError:
            continue
        finally:
            os.close(fd)
        if peer(sock)[0] == pid:
            return sock
        sock.close()
    return None


def shares_root(pid: int) -> "Optional[bool]":
    """Whether a process sees the files that we see under the same names; None if that is not ours to know."""
    try:
        theirs, ours = os.stat("/proc/%d/root/" % pid), os.stat("/")
        namespaces = [os.stat("/proc/%s/ns/mnt" % each).st_ino for each in (pid, "self")]
    except OSError:
        return None
    return (theirs.st_dev, theirs.st_ino) == (ours.st_dev, ours.st_ino) and len(set(namespaces)) == 1


def peer(sock: "_socket.socket") -> "Tuple[int, int]":
    """Process and user id of the other end, from the kernel: who listened, or who connected."""
    import _socket
    import sys

    content = sock.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, 12)
    pid, uid = (int.from_bytes(content[start : start + 4], sys.byteorder) for start in (0, 4))
    return pid, uid


def is_own(sock: "_socket.socket") -> bool:
    """Whether the other end is of this user, or of root, who may do everything anyway.

    Of a process in another user namespace the kernel tells an id that nobody has.
    """
    return peer(sock)[1] in (os.geteuid(), 0)


def forget_stale() -> None:
    """Remove entries of this user's programs that have ended, and of their ports."""
    for entry in _entries_in(_own_path(), os.geteuid()):
        if entry.kind == "port" and not os.path.exists(entry.path):
            remove(entry.path)
        if entry.kind == "program" and not _exists(entry.number):
            # Not for its pid alone, which may be of another namespace.
            try:
                dial(entry.path).close()
            except OSError:
                continue


def _entries_in(path: str, uid: int) -> "List[Entry]":
    try:
        fd = _open_own(path, uid)
    except OSError:
        return []
    try:
        names = sorted(os.listdir(fd))
    finally:
        os.close(fd)
    return [Entry(*parts, "%s/%s" % (path, name), uid) for name in names for parts in _parsed(name)]


def _own_path() -> str:
    chosen = os.environ.get("REMORA_RUNTIME_DIR")
    if chosen:
        return chosen.rstrip("/") or "/"
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    if runtime and _is_own(runtime):
        return runtime + "/remora"
    return "/tmp/remora-%d" % os.geteuid()


def _is_own(path: str) -> bool:
    """Whether a directory is there and belongs to this user: `su` may leave another one's name behind."""
    try:
        return os.stat(path).st_uid == os.geteuid()
    except OSError:
        return False


def _check(path: str) -> None:
    os.close(_open_own(path, os.geteuid()))


def _open_own(path: str, uid: int) -> int:
    """A descriptor of a directory that is that user's alone."""
    try:
        status = os.lstat(path)
        if stat.S_ISLNK(status.st_mode):
            raise Unusable("%s is a link; remove it, or set REMORA_RUNTIME_DIR to another directory" % path)
        fd = os.open(path, _OPEN)
    except NotADirectoryError:
        raise Unusable("%s is no directory; remove it, or set REMORA_RUNTIME_DIR" % path) from None
    status = os.fstat(fd)
    if status.st_uid == uid and not status.st_mode & 0o077:
        return fd
    os.close(fd)
    if status.st_uid != uid:
        raise Unusable("%s belongs to another user; set REMORA_RUNTIME_DIR to a directory of yours" % path)
    raise Unusable("%s is open to other users; make it private: chmod 700 %s" % (path, path))


def _open_for(path: str) -> "Tuple[int, str]":
    """The directory of an entry that is to be made, and its name there."""
    folder, _, name = path.rpartition("/")
    if folder == _own_path():
        directory()
    return _open_own(folder, os.geteuid()), name


def _open_below(root: str, path: str) -> int:
    """A directory below another root, into which no link is to lead us or out of it."""
    fd = os.open(root, _OPEN & ~os.O_NOFOLLOW)
    for part in path.strip("/").split("/"):
        parent = fd
        try:
            fd = os.open(part, _OPEN, dir_fd=parent)
        finally:
            os.close(parent)
    return fd


def _enter(sock: "_socket.socket", fd: int, name: str, path: str) -> None:
    """Listen first and be found then: an entry at which nobody listens yet would be taken for a stale one."""
    temporary = "new-%s" % os.urandom(8).hex()
    sock.bind(_address(fd, temporary, path))
    try:
        os.chmod(temporary, 0o600, dir_fd=fd)
        sock.listen(BACKLOG)
        try:
            os.link(temporary, name, src_dir_fd=fd, dst_dir_fd=fd)
        except FileExistsError:
            if not _is_stale(fd, name, path):
                raise FileExistsError("somebody listens at %s already" % path) from None
            os.rename(temporary, name, src_dir_fd=fd, dst_dir_fd=fd)
            return
        os.unlink(temporary, dir_fd=fd)
    except BaseException:
        _remove_at(fd, temporary)
        raise


def _is_stale(fd: int, name: str, path: str) -> bool:
    try:
        _dial(fd, name, path).close()
    except OSError:
        return True
    return False


def _dial(fd: int, name: str, path: str) -> "_socket.socket":
    import _socket

    sock = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    sock.settimeout(None)
    try:
        # With a queue that is full, as that of a program that is stopped may be, it would wait for ever.
        _set_send_timeout(sock, _PATIENCE)
        sock.connect(_address(fd, name, path))
        _set_send_timeout(sock, 0)
    except (ConnectionRefusedError, FileNotFoundError):
        sock.close()
        _remove_at(fd, name)
        raise
    except OSError:
        sock.close()
        raise
    return sock


def _set_send_timeout(sock: "_socket.socket", seconds: int) -> None:
    """Of `connect`, too (unix(7)); not `settimeout`, with which it would not wait at all."""
    import _socket
    import sys

    # A `struct timeval`
    sock.setsockopt(_socket.SOL_SOCKET, _socket.SO_SNDTIMEO, seconds.to_bytes(8, sys.byteorder) + bytes(8))


def _remove_at(fd: int, name: str) -> None:
    try:
        os.unlink(name, dir_fd=fd)
    except OSError:
        return  # there is none, or it is not ours to remove


def _address(fd: int, name: str, path: str) -> str:
    """What to bind or connect to: by the descriptor, since a path may be replaced, or too long.

    Without /proc only the path is left.
    """
    if os.path.isdir("/proc/self/fd"):
        return "/proc/self/fd/%d/%s" % (fd, name)
    return "%s/%s" % (path.rpartition("/")[0], name)


def _parsed(name: str) -> "Iterator[Tuple[str, int]]":
    kind, _, number = name.partition("-")
    if kind in KINDS and number.isdigit():
        yield kind, int(number)


def _directories() -> "Iterator[Tuple[str, int]]":
    """Directories with entries that we may see, and whose each is."""
    own = os.geteuid()
    seen = {_own_path()}
    yield _own_path(), own
    for path, uid in _well_known():
        if path not in seen and own in (0, uid):
            seen.add(path)
            yield path, uid


def _well_known() -> "Iterator[Tuple[str, int]]":
    for name in _names("/tmp"):
        if name.startswith("remora-") and name[7:].isdigit():
            yield "/tmp/" + name, int(name[7:])
    for name in _names("/run/user"):
        if name.isdigit():
            yield "/run/user/%s/remora" % name, int(name)


def _names(path: str) -> "List[str]":
    try:
        return sorted(os.listdir(path))
    except OSError:
        return []


def _identity(pid: int) -> "Tuple[int, int]":
    """Effective user of a process, and the pid by which it knows itself."""
    with open("/proc/%d/status" % pid, "rb") as file:
        fields = dict(line.split(b":", 1) for line in file if b":" in line)
    return int(fields[b"Uid"].split()[1]), int(fields.get(b"NStgid", b"%d" % pid).split()[-1])


def _directories_of(pid: int, uid: int) -> "Iterator[Tuple[str, str]]":
    """Where a process may have its entry: a root directory, "" for ours, and a path in it."""
    # If it is not ours to look at, its entry is found only if it sees the files that we see.
    root = "/proc/%d/root" % pid if shares_root(pid) is False else ""
    if uid == os.geteuid() and not root:
        yield "", _own_path()
    environment = _environment(pid)
    if environment.get(b"REMORA_RUNTIME_DIR"):
        yield root, os.fsdecode(environment[b"REMORA_RUNTIME_DIR"])
    if environment.get(b"XDG_RUNTIME_DIR"):
        yield root, os.fsdecode(environment[b"XDG_RUNTIME_DIR"]) + "/remora"
    yield root, "/run/user/%d/remora" % uid
    yield root, "/tmp/remora-%d" % uid


def _environment(pid: int) -> "Dict[bytes, bytes]":
    """What the process was started with; empty if that is not ours to know."""
    try:
        with open("/proc/%d/environ" % pid, "rb") as file:
            words = file.read().split(b"\0")
    except OSError:
        return {}
    return {name: value for name, _, value in (word.partition(b"=") for word in words)}


def _exists(pid: int) -> bool:
    return os.path.exists("/proc/%d" % pid)
