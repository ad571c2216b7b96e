"""What `set` changes and `show` shows: a table of the console's own settings."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from .wire import CommandError


@dataclass
class Settings:
    """The values; the metadata of each field is its help."""

    confirm: bool = field(default=True, metadata={"help": "Ask before what cannot be taken back."})
    context: int = field(default=2, metadata={"help": "Lines shown before and after the line of a stop."})
    listsize: int = field(default=11, metadata={"help": "Lines that 'list' shows."})
    width: int = field(default=0, metadata={"help": "Columns to cut values to; 0 takes the terminal's."})

    def change(self, name: str, text: str) -> None:
        """Set one from what the user wrote; raises `CommandError`."""
        if name not in self.names():
            raise CommandError(f"there is no setting '{name}'; 'show' lists them")
        value = _parse_switch(text) if isinstance(getattr(self, name), bool) else _parse_number(text)
        setattr(self, name, value)

    def show(self, name: str) -> str:
        value = getattr(self, name)
        return f"{name} is {('off', 'on')[value] if isinstance(value, bool) else value}"

    @classmethod
    def names(cls) -> dict[str, str]:
        """Every setting with its help."""
        return {each.name: each.metadata["help"] for each in fields(cls)}


def _parse_switch(text: str) -> bool:
    switches = {"": True, "on": True, "1": True, "off": False, "0": False}
    if text not in switches:
        raise CommandError(f"'{text}' is neither on nor off")
    return switches[text]


def _parse_number(text: str) -> int:
    if not text.isdecimal():
        raise CommandError(f"'{text}' is not a number")
    return int(text)
