"""JSON text to objects and back, by the C accelerator of the `json` package alone.

Decides how JSON is read and written; knows nothing of messages.  Any thread.

The package `json` is avoided because it brings `re`, `enum`, `collections` and
some twenty other modules (8 ms) into a program that had not imported them; its
accelerator `_json` brings none.  Where that is missing or takes other
arguments, the package is used.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterable

    _scan: Callable[[str, int], tuple[Any, int]]
    _chunks: Callable[[Any, Any], Iterable[str]]

_WHITESPACE = " \t\n\r"


class NotJSON(ValueError):
    """The text is not one JSON value; the message says where it stops being one."""


def loads(text: str) -> Any:
    """The value of a JSON text (RFC 8259; `NaN` and `Infinity` are refused).  Raises `NotJSON`."""
    text = text.strip(_WHITESPACE)
    try:
        value, end = _scan(text, 0)
    except StopIteration as stop:
        raise NotJSON(f"a value is expected at character {stop.value}") from None
    except RecursionError:
        raise NotJSON("it is nested too deep") from None
    except SystemError:
        # 3.10 and 3.11, where the program has not imported `json`: the scanner finds no exception to raise.
        raise NotJSON("it is not JSON") from None
    except ValueError as error:
        raise NotJSON(str(error)) from None
    if end != len(text):
        raise NotJSON(f"something follows the value at character {end}")
    return value


def dumps(value: Any) -> str:
    """The shortest JSON text of a value, in ASCII, so that lone surrogates survive.

    Raises `ValueError` for `nan` and infinities, `TypeError` for what JSON
    cannot say, `RecursionError` for an object that contains itself.
    """
    return "".join(_chunks(value, 0))


def _refuse_constant(name: str) -> Any:
    raise NotJSON(f"{name} is not JSON")


def _refuse_object(value: object) -> Any:
    raise TypeError(f"{type(value).__name__} has no form in JSON")


class _Reading:
    """The settings that the accelerator's scanner reads from its argument."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    array_hook = None  # 3.15+
    parse_float = float
    parse_int = int
    parse_constant = staticmethod(_refuse_constant)


try:
    from _json import encode_basestring_ascii, make_encoder, make_scanner

    _reading: Any = _Reading
    _scan = make_scanner(_reading)
    # markers, default, encoder, indent, key separator, item separator, sort_keys, skipkeys, allow_nan
    _writing = (None, _refuse_object, encode_basestring_ascii, None, ":", ",", False, False, False)
    _chunks = make_encoder(*_writing)
except (ImportError, AttributeError, TypeError):
    from json import JSONDecoder, JSONEncoder

    _scan = vars(JSONDecoder(parse_constant=_refuse_constant))["scan_once"]
    _chunks = JSONEncoder(
        check_circular=False, allow_nan=False, separators=(",", ":"), default=_refuse_object
    ).iterencode
