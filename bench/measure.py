"""What a measurement is: a function that records values for a subject."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bench.quantities import Quantity
from bench.subjects import Subject


@dataclass
class Sample:
    """Values in the quantity's unit, or why there are none."""

    values: list[float] = field(default_factory=list)
    failure: str = ""

    @property
    def minimum(self) -> float:
        return min(self.values)

    @property
    def median(self) -> float:
        return statistics.median(self.values)


class Recorder:
    """Takes the values of one subject in; `quick` asks for fewer repetitions."""

    def __init__(self, samples: dict[Quantity, Sample], quick: bool) -> None:
        self._samples = samples
        self._quick = quick

    def times(self, count: int) -> range:
        """As many repetitions as this run affords."""
        return range(max(1, count // 4) if self._quick else count)

    def record(self, quantity: Quantity, values: Iterable[float]) -> None:
        self._samples.setdefault(quantity, Sample()).values += values

    def record_none(self, quantity: Quantity, why: str) -> None:
        """There is no value to be had, which is itself a result."""
        self._samples[quantity] = Sample(failure=why)


@dataclass(frozen=True)
class Measurement:
    """`run` records the `quantities` of subjects that `suits` says yes to."""

    name: str
    quantities: tuple[Quantity, ...]
    run: Callable[[Subject, Recorder], None]
    suits: Callable[[Subject], bool] = lambda subject: True
    #: It takes minutes, and runs only when it is asked for by name.
    is_long: bool = False
