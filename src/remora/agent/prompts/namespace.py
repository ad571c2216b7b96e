"""The names that are seen at a prompt: its own, over those of a module.

What is typed has the prompt's own dictionary for its globals; names that are not
there are looked for in the module, and then among the real built-in names.  That
is done by the `__builtins__` of the dictionary, which every version of Python asks
by its type's own way if that is no plain `dict` (LOAD_NAME, LOAD_GLOBAL in
Python/ceval.c): functions and classes that are defined at the prompt see the same.

Functions may stay in the program when the session is over: what they need must
not be the agent's.  Any thread.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict

    Names = Dict[str, Any]

#: Made in globals of its own, so that nothing of the agent lives as long as the namespace.
_LAYERS = """
class Names(dict):
    __slots__ = "module", "builtins"
    def __missing__(self, name):
        module = self.module
        return module[name] if name in module else self.builtins[name]
def leave(code=None):
    "Leave the prompt; the program goes on."
    raise SystemExit(code)
"""
#: Those that `site` has for people would close `sys.stdin` of the program.
_EXITS = ("exit", "quit")
#: What the interpreter takes from `__builtins__` without asking the type, or as a plain dictionary.
_PLAIN = ("__import__", "__build_class__", "__debug__")
#: What a script, or text that imports relatively, expects to find.
_OF_MODULE = ("__package__", "__spec__", "__loader__")


class Namespace:
    """One prompt's names.  `own` is what its text has for globals, `module` the names of the module."""

    def __init__(self, module: str) -> None:
        """Raises `KeyError` if the program has not imported `module`."""
        self.name = module
        self.module: Names = sys.modules[module].__dict__
        self.own: Names = {"__name__": module, "__doc__": None, "_": None}
        self.own.update({name: self.module.get(name) for name in _OF_MODULE})
        self.own["__builtins__"] = _layers(self.module)

    def be_script(self, filename: str) -> None:
        """What runs is to find itself the program, and its file."""
        self.own.update(__name__="__main__", __file__=filename)

    def as_frame(self) -> _FrameShape:
        """The names in the shape of a frame, for those who look names up."""
        return _FrameShape(self.own, self.module)


class _FrameShape:
    def __init__(self, own: Names, module: Names) -> None:
        self.f_locals = own
        self.f_globals = module
        self.f_code = compile("", "<prompt>", "exec", 0, True)


def _layers(module: Names) -> Names:
    import builtins

    scope: Names = {"__name__": "prompt"}
    exec(compile(_LAYERS, "<remora>/names", "exec", 0, True), scope)
    plain = builtins.__dict__
    layers: Any = scope["Names"]({name: plain[name] for name in _PLAIN if name in plain})
    layers.module, layers.builtins = module, plain
    layers.update({name: scope["leave"] for name in _EXITS if name not in module})
    found: Names = layers
    return found
