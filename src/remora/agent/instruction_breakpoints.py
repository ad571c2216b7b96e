"""Breakpoints at single instructions: what clients have set, by code object and offset.

The code that has one reports each of its instructions, which costs it much of
its speed; other code pays nothing.  `hits` runs on the threads of the program.
"""

from __future__ import annotations

from .tracing.base import INSTRUCTION, NOTHING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Dict, List, Tuple

    from .conditions import Probe
    from .demands import Demands

    Place = Tuple[CodeType, int, Probe]
    #: By the id of the code and the offset.
    Table = Dict[Tuple[int, int], List[Probe]]


class InstructionBreakpoints:
    """Those of all clients.  `set` and `drop` run on the reader thread."""

    def __init__(self, demands: Demands) -> None:
        self._demands = demands
        #: The code objects are held, so that their ids stay their own.
        self._by_client: dict[object, list[Place]] = {}
        #: Replaced and never changed.
        self.table: Table = {}

    def set(self, client: object, places: list[Place]) -> None:
        """Replace those of `client`."""
        self._by_client[client] = places
        self._update()

    def drop(self, client: object) -> None:
        """Forget those of `client`."""
        if self._by_client.pop(client, None):
            self._update()

    def hits(self, frame: FrameType, offset: int) -> tuple[int, ...]:
        """The ids of the breakpoints at which `frame`, about to run an instruction, is to stop."""
        probes = self.table.get((id(frame.f_code), offset), ())
        return tuple([each.id for each in probes if each.wants_stop(frame)])

    def are_set(self, ids: tuple[int, ...]) -> bool:
        """Whether one of these is still there."""
        return any(probe.id in ids for probes in self.table.values() for probe in probes)

    def _update(self) -> None:
        places = [place for each in self._by_client.values() for place in each]
        table: Table = {}
        for code, offset, probe in places:
            table.setdefault((id(code), offset), []).append(probe)
        self.table = table
        codes = {id(code): code for code, _, _ in places}
        self._demands.replace(self, NOTHING, [(code, INSTRUCTION) for code in codes.values()])
