"""The C API of the interpreter, for what Python code has no call for.

All goes through the extension module `_ctypes`.  The package around it stays
out: importing `ctypes` brings a dozen modules into the program and maps memory
for callbacks, and its `pythonapi` is everybody's.  What is left in the program
is the one extension module, which cannot be unloaded.

It must not know what the functions are for.  Any thread may call.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional


class CApi:
    """Functions and data of this interpreter by name, and the C types that they take.

    Each type is a class: `from_address(address).value` reads and writes memory.
    """

    def __init__(self) -> None:
        import _ctypes

        self._ctypes: Any = _ctypes
        self._program = self._ctypes.dlopen(None, 0)
        self._functions: dict[str, Callable[..., Any]] = {}
        #: `unsigned long`, which is as wide as a pointer.
        self.word = self._simple_type("L")
        self.int = self._simple_type("i")
        self.byte = self._simple_type("B")
        #: `PyObject *`
        self.object = self._simple_type("O")

    def function(self, name: str, result: Optional[Any], *arguments: Any) -> Callable[..., Any]:
        """The function of this name, called with the GIL held.  Raises `OSError` if there is none."""
        if name not in self._functions:
            base = self._ctypes.CFuncPtr
            members = {"_flags_": self._ctypes.FUNCFLAG_PYTHONAPI, "_restype_": result}
            function = type(base)(name, (base,), members)(self.address(name))
            function.argtypes = arguments
            self._functions[name] = function
        return self._functions[name]

    def address(self, name: str) -> int:
        """Where the function or data of this name is.  Raises `OSError` if there is none."""
        address: int = self._ctypes.dlsym(self._program, name)
        return address

    def array(self, item: Any, length: int) -> Any:
        """The type of an array, whose slices are lists of numbers."""
        base = self._ctypes.Array
        return type(base)("Array", (base,), {"_type_": item, "_length_": length})

    def _simple_type(self, code: str) -> Any:
        base = self._ctypes._SimpleCData
        return type(base)("Simple", (base,), {"_type_": code})


#: One for all sessions: only the garbage collector would take its classes away.
_loaded: list[CApi] = []


def c_api() -> CApi:
    """The C API.  Raises `ImportError` in a Python that was built without `_ctypes`."""
    if not _loaded:
        _loaded.append(CApi())
    return _loaded[0]
