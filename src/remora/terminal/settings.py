"""What `set` changes and `show` shows: a table of the console's own settings.

Knows their names, kinds and help; what they do is the matter of who reads them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from .wire import CommandError


def _setting(default: Any, help: str, choices: Sequence[str] = ()) -> Any:
    return field(default=default, metadata={"help": help, "choices": choices})


@dataclass
class Settings:
    """The values, one field a setting; what they may be follows from the default's type."""

    autoeval: bool = _setting(True, "Run what is not a command as Python in the selected frame.")
    autolist: bool = _setting(False, "Show as many lines as 'list' does at every stop.")
    autosave: bool = _setting(
        False, "Save the breakpoints when the console ends, and set them again in the next one."
    )
    basename: bool = _setting(False, "Show files without their folders.")
    cmdtrace: bool = _setting(False, "Show the commands of files before they are run.")
    confirm: bool = _setting(True, "Ask before what cannot be taken back.")
    context: int = _setting(2, "Lines shown before and after the line of a stop.")
    different: bool = _setting(False, "Have steps go on until they come to another line.")
    highlight: str = _setting(
        "dark", "Colours of source text: for a dark or a light background, or none.", ("dark", "light", "off")
    )
    history: bool = _setting(True, "Keep the lines that are typed for later sessions.")
    listsize: int = _setting(11, "Lines that 'list' shows.")
    maxstring: int = _setting(0, "Characters to cut values to in lists of variables; 0 cuts at the width.")
    skip: bool = _setting(False, "Have steps go on past the lines that define functions and classes.")
    style: str = _setting("", "A style of pygments for source text, such as monokai; 'none' for ours.")
    width: int = _setting(0, "Columns to cut values to; 0 takes the terminal's.")

    def change(self, name: str, text: str) -> None:
        """Set one from what the user wrote; raises `CommandError`."""
        setting = self._find(name)
        current, choices = getattr(self, name), setting["choices"]
        if choices and text not in choices:
            raise CommandError(f"'{text}' is not one of {', '.join(choices)}")
        if isinstance(current, bool):
            setattr(self, name, parse_switch(text))
        else:
            setattr(self, name, parse_number(text) if isinstance(current, int) else text)

    def show(self, name: str) -> str:
        """`NAME is VALUE`; raises `CommandError`."""
        self._find(name)
        value = getattr(self, name)
        shown = ("off", "on")[value] if isinstance(value, bool) else value
        return f"{name} is {'not set' if shown == '' else shown}"

    @classmethod
    def names(cls) -> dict[str, str]:
        """Every setting with its help."""
        return {each.name: each.metadata["help"] for each in fields(cls)}

    @classmethod
    def choices(cls, name: str) -> Sequence[str]:
        """The words that a setting may be given; none when there are too many to tell."""
        for each in fields(cls):
            if each.name == name:
                return each.metadata["choices"] or (("on", "off") if isinstance(each.default, bool) else ())
        return ()

    def _find(self, name: str) -> Any:
        for each in fields(self):
            if each.name == name:
                return each.metadata
        raise CommandError(f"there is no setting '{name}'; 'show' lists them")


def parse_switch(text: str) -> bool:
    """What `on`, `off` and nothing, which is `on`, say; raises `CommandError`."""
    switches = {"": True, "on": True, "1": True, "off": False, "0": False}
    if text not in switches:
        raise CommandError(f"'{text}' is neither on nor off")
    return switches[text]


def parse_number(text: str) -> int:
    """A number that is not negative; raises `CommandError`."""
    if not text.isdecimal():
        raise CommandError(f"'{text}' is not a number")
    return int(text)
