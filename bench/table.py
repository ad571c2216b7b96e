"""The results as text: a column for each subject, a mark at each target that was missed."""

from __future__ import annotations

from bench import quantities
from bench.measure import Sample
from bench.quantities import Quantity
from bench.subjects import Subject

Results = dict[Subject, dict[Quantity, Sample]]

MISSED = " !"
DOUBTFUL = " ?"

#: A debugger does not make programs faster: what is below this is an error of measurement.
LEAST_RATIO = 0.95


def rows(results: Results) -> list[list[str]]:
    """The heading, and a row for each quantity that was measured."""
    subjects = list(results)
    table = [["quantity", "unit", "target", *map(str, subjects)]]
    for quantity in quantities.ALL:
        if any(quantity in samples for samples in results.values()):
            cells = [_cell(quantity, subject, results[subject].get(quantity)) for subject in subjects]
            table.append([quantity.name, quantity.unit, quantity.target, *cells])
    return table


def text(table: list[list[str]]) -> str:
    """Aligned, with `|` between columns, so that it is Markdown too."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in table]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def missed(quantity: Quantity, subject: Subject, sample: Sample) -> bool:
    """Whether the median is beyond what remora must reach."""
    limit = quantity.limit_for(subject.python.version)
    if not subject.is_remora or limit is None or not sample.values:
        return False
    return sample.median > limit


def doubtful(quantity: Quantity, sample: Sample) -> bool:
    """Whether the values cannot be true, so that they say nothing about a limit either."""
    return quantity.unit == "x" and bool(sample.values) and sample.minimum < LEAST_RATIO


def as_json(results: Results) -> list[dict[str, object]]:
    return [
        {
            "quantity": quantity.name,
            "unit": quantity.unit,
            "debugger": subject.debugger,
            "python": subject.python.version,
            "limit": quantity.limit_for(subject.python.version) if subject.is_remora else None,
            "doubtful": doubtful(quantity, sample),
            "missed": missed(quantity, subject, sample),
            "minimum": sample.minimum if sample.values else None,
            "median": sample.median if sample.values else None,
            "values": sample.values,
            "failure": sample.failure,
        }
        for subject, samples in results.items()
        for quantity, sample in samples.items()
    ]


def _cell(quantity: Quantity, subject: Subject, sample: Sample | None) -> str:
    if sample is None:
        return ""
    if not sample.values:
        return sample.failure
    shown = _number(sample.median)
    least = _number(sample.minimum)
    if least != shown:
        shown = f"{least} .. {shown}"
    mark = ""
    if doubtful(quantity, sample):
        mark = DOUBTFUL
    elif missed(quantity, subject, sample):
        mark = MISSED
    return shown + mark + (f" (then {sample.failure})" if sample.failure else "")


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
