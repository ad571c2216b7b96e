"""Attributes and elements, looked up as the language does it.

Decides where they are looked for; what would run code, such as a property, is
not asked.  All functions raise `OSError`.  One thread.

Sources: Objects/typeobject.c, Include/descrobject.h, Modules/_collectionsmodule.c.
"""

from __future__ import annotations

from .objects import Objects, Torn

_TYPE_FLAGS, _TYPE_BASE, _TYPE_DICT = 168, 256, 264
_HEAP_TYPE, _TYPE_SUBCLASS = 1 << 9, 1 << 31
_MODULE_DICT, _LIST = 16, 16
#: What a descriptor of a slot points to, and where that says the slot is.
_MEMBER, _MEMBER_OFFSET = 40, 16
#: Where a deque has its length, and of a block the values.
_DEQUE, _BLOCK_LENGTH = 16, 64
_MOST_BASES, _MOST_ITEMS, _MOST_SLOTS = 30, 20_000, 1 << 16


def attribute(objects: Objects, address: int, name: str) -> int:
    """Of an instance, in a slot, of a class or a module; 0 if there is none of the name."""
    if objects.type_name(address) == "module":
        return dict(objects.dict_items(objects.space.u64(address + _MODULE_DICT))).get(name, 0)
    found = objects.attributes(address).get(name, 0)
    if found:
        return found
    kind = objects.type_of(address)
    if objects.space.u64(kind + _TYPE_FLAGS) & _TYPE_SUBCLASS:
        return class_attribute(objects, address, name)
    found = class_attribute(objects, kind, name)
    if found and objects.type_name(found) == "member_descriptor":
        offset = objects.space.u64(objects.space.u64(found + _MEMBER) + _MEMBER_OFFSET)
        return objects.space.u64(address + offset) if offset < _MOST_SLOTS else 0
    return found


def class_attribute(objects: Objects, kind: int, name: str) -> int:
    """Of a class of Python, or of those that it is derived from in a straight line; 0 if it has none."""
    for _ in range(_MOST_BASES):
        if not kind or not objects.space.u64(kind + _TYPE_FLAGS) & _HEAP_TYPE:
            return 0
        found = dict(objects.dict_items(objects.space.u64(kind + _TYPE_DICT))).get(name, 0)
        if found:
            return found
        kind = objects.space.u64(kind + _TYPE_BASE)
    raise Torn


def element(objects: Objects, address: int, key: str | int) -> int:
    """Of a dict by a text or a number, of a list or a tuple; 0 if there is none."""
    kind = objects.type_name(address)
    if kind in ("list", "tuple"):
        items = objects.items(address) if kind == "tuple" else list_items(objects, address)
        return items[key] if isinstance(key, int) and -len(items) <= key < len(items) else 0
    if not objects.is_instance(address, "dict"):
        return 0
    if isinstance(key, str):
        return dict(objects.dict_items(address)).get(key, 0)
    entries = objects.dict_entries(address)
    return next((value for each, value in entries if _is_number(objects, each, key)), 0)


def list_items(objects: Objects, address: int) -> list[int]:
    """Of a `list`."""
    count, items = objects.space.words(address + _LIST, 2)
    if objects.type_name(address) != "list" or count > _MOST_ITEMS:
        raise Torn
    return objects.space.words(items, count) if count else []


def deque_items(objects: Objects, address: int) -> list[int]:
    """Of a `collections.deque`."""
    count, block, _, index = objects.space.words(address + _DEQUE, 4)
    if objects.type_name(address) != "collections.deque" or count > _MOST_ITEMS:
        raise Torn
    found: list[int] = []
    while len(found) < count:
        if index >= _BLOCK_LENGTH:
            raise Torn
        words = objects.space.words(block + 8 + index * 8, _BLOCK_LENGTH + 1 - index)
        found += words[:-1]
        block, index = words[-1], 0
    return found[:count]


def _is_number(objects: Objects, address: int, number: int) -> bool:
    return objects.type_name(address) == "int" and objects.integer(address) == number
