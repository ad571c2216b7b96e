"""Child processes: has those that the program starts come to the client's door first.

While a client follows children, the functions of the program by which it
starts processes are wrapped, and nothing is otherwise.  A forked child leaves
the parent's session and runs the first stage; one that is a new interpreter
finds that text as its `sitecustomize`, by a directory that is put on its module
path.  What the door is and who stands behind it is not known here.

Runs on the threads of the program; `follow` and `stop` on the reader's.
"""

from __future__ import annotations

import sys

from .compat import SPAWNS_IN_OWN_ENVIRONMENT
from .isolate import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

    from .clients import Client

    Wrap = Callable[[Callable[..., Any]], Callable[..., Any]]

_PATH = "PYTHONPATH"
#: Where `_posixsubprocess.fork_exec` takes the environment.
_FORK_EXEC_ENV = 5


class ChildProcesses:
    """Wraps what starts processes, for one client at a time."""

    def __init__(self, leave_parent: Callable[[], None]) -> None:
        """`leave_parent` is called in a forked child, to take out the agent that is its parent's."""
        self._leave_parent = leave_parent
        self._client: Optional[Client] = None
        self._directory = ""
        self._first_stage = ""
        self._only_exec = False
        self._pid = os.getpid()
        self._wrapped: list[tuple[Any, str, Any, Any]] = []

    def follow(self, client: Client, directory: str, first_stage: str, only_exec: bool = False) -> None:
        """From here on children report; a second client's wish leaves the first one's as it is.

        With `only_exec`, only what this process becomes by `exec` does.

        `directory` holds the `sitecustomize` for new interpreters, and
        `first_stage` is the text that a forked child runs.
        """
        if self._client is client:
            self.stop()
        if self._client is not None:
            return
        self._client, self._directory, self._first_stage = client, directory, first_stage
        self._only_exec = only_exec
        if not only_exec:
            # The import is the program's from then on: a second copy of this extension would not be wrapped.
            import _posixsubprocess  # noqa: F401

        for module, names, wrap in self._wraps():
            for name in names:
                self._wrap(sys.modules.get(module), name, wrap)

    def drop(self, client: Client) -> None:
        """The client has gone; nobody follows any more if it was the one, and nothing is left of its door."""
        if client is self._client:
            self.stop()
            # Its own process does so as well, unless it was killed.
            _remove(self._directory)

    def stop(self) -> None:
        """Give the program its functions back."""
        self._client = None
        wrapped, self._wrapped = self._wrapped, []
        # Imported meanwhile, it took ours.
        wrapped += [
            (sys.modules.get("subprocess"), "_fork_exec", ours, original)
            for _, name, ours, original in wrapped
            if name == "fork_exec"
        ]
        for module, name, ours, original in wrapped:
            if getattr(module, name, None) is ours:
                setattr(module, name, original)

    def _wraps(self) -> list[tuple[str, tuple[str, ...], Wrap]]:
        replacing: list[tuple[str, tuple[str, ...], Wrap]] = [
            ("os", ("execve",), self._with_environment(self._mapping)),
            ("os", ("execv",), self._in_own_environment),
        ]
        if self._only_exec:
            return replacing
        return [
            *replacing,
            ("os", ("fork",), self._forking(lambda result: bool(result == 0))),
            ("os", ("forkpty",), self._forking(lambda result: bool(result[0] == 0))),
            ("os", ("posix_spawn", "posix_spawnp"), self._with_environment(self._mapping_or_own)),
            ("os", ("system",), self._in_own_environment),
            ("_posixsubprocess", ("fork_exec",), self._with_environment_list),
            ("subprocess", ("_fork_exec",), self._with_environment_list),
        ]

    def _wrap(self, module: Any, name: str, wrap: Wrap) -> None:
        original = getattr(module, name, None)
        if original is None:
            return
        ours = wrap(original)
        ours.__name__ = ours.__qualname__ = name
        ours.__doc__ = original.__doc__
        self._wrapped.append((module, name, ours, original))
        setattr(module, name, ours)

    def _forking(self, is_child: Callable[[Any], bool]) -> Wrap:
        def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
            def wrapper() -> Any:
                result = original()
                if is_child(result) and sys._getframe(1).f_code.co_name != "_spawnvef":
                    self._report()
                return result

            return wrapper

        return wrap

    def _in_own_environment(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """For functions that pass on what C has as the environment, which `putenv` may have changed."""

        def wrapper(*arguments: Any) -> Any:
            if self._is_unheeded():
                return original(*arguments)
            before = os.environb.get(_PATH.encode())
            self._put(os.fsencode(self._extended(_text(before))))
            try:
                return original(*arguments)
            finally:
                self._put(before)

        return wrapper

    def _with_environment(self, extended: Callable[[Any], Any]) -> Wrap:
        """For functions that take a mapping, as their third argument."""

        def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
            def wrapper(*arguments: Any, **options: Any) -> Any:
                if "env" in options:
                    options["env"] = extended(options["env"])
                else:
                    arguments = (*arguments[:2], *map(extended, arguments[2:3]), *arguments[3:])
                return original(*arguments, **options)

            return wrapper

        return wrap

    def _with_environment_list(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """For `fork_exec`, which takes a list of `NAME=value` in bytes, or None for its own environment."""

        def wrapper(*arguments: Any) -> Any:
            given = list(arguments)
            given[_FORK_EXEC_ENV] = self._listing(given[_FORK_EXEC_ENV])
            return original(*given)

        return wrapper

    def _is_unheeded(self) -> bool:
        """Whether this is a child, of a process whose children are not followed."""
        return self._only_exec and os.getpid() != self._pid

    def _report(self) -> None:
        """In a forked child: the parent's session is not its own; it waits at the door for one."""
        first_stage = self._first_stage
        self._leave_parent()
        exec(compile(first_stage, "<remora>/first_stage.py", "exec", 0, True), {})

    def _mapping_or_own(self, environment: Any) -> Any:
        if environment is None and SPAWNS_IN_OWN_ENVIRONMENT:
            environment = os.environb
        return self._mapping(environment)

    def _mapping(self, environment: Any) -> Any:
        if environment is None or self._is_unheeded():
            return environment
        copy = dict(environment)
        name: Any = _PATH.encode() if _PATH.encode() in copy else _PATH
        copy[name] = self._extended(_text(copy.get(name)))
        return copy

    def _listing(self, environment: Optional[list[bytes]]) -> list[bytes]:
        if environment is None:
            environment = [name + b"=" + value for name, value in os.environb.items()]
        prefix = _PATH.encode() + b"="
        before = [each[len(prefix) :] for each in environment if each.startswith(prefix)]
        rest = [each for each in environment if not each.startswith(prefix)]
        return [*rest, prefix + os.fsencode(self._extended(_text(before[0] if before else None)))]

    def _extended(self, path: Optional[str]) -> str:
        return self._directory + (os.pathsep + path if path else "")

    def _put(self, value: Optional[bytes]) -> None:
        """Change what C hands to a new process; `os.environ` stays what it is."""
        if value is None:
            os.unsetenv(_PATH.encode())
        else:
            os.putenv(_PATH.encode(), value)


def _remove(directory: str) -> None:
    """What the client has made for new interpreters: a directory of random name in another one."""
    try:
        for name in os.listdir(directory):
            os.unlink(directory + "/" + name)
        os.rmdir(directory)
        os.rmdir(directory.rpartition("/")[0])
    except OSError:
        return  # the client was faster


def _text(value: Any) -> Optional[str]:
    return value if value is None else os.fsdecode(value)
