"""The results as text: a column for each subject, a mark at each target that was missed."""

from __future__ import annotations

from bench import quantities
from bench.measure import Sample
from bench.quantities import Quantity
from bench.subjects import Subject

Results = dict[Subject, dict[Quantity, Sample]]

MISSED = " !"


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
    """Whether remora does not reach what it must; by the median, but by the best of noisy ratios."""
    limit = quantity.limit_for(subject.python.version)
    if not subject.is_remora or limit is None or not sample.values:
        return False
    return (sample.minimum if quantity.unit == "x" else sample.median) > limit


def as_json(results: Results) -> list[dict[str, object]]:
    return [
        {
            "quantity": quantity.name,
            "unit": quantity.unit,
            "debugger": subject.debugger,
            "python": subject.python.version,
            "limit": quantity.limit_for(subject.python.version) if subject.is_remora else None,
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
    if sample.failure:
        return sample.failure
    shown = _number(sample.median)
    least = _number(sample.minimum)
    if least != shown:
        shown = f"{least} .. {shown}"
    return shown + (MISSED if missed(quantity, subject, sample) else "")


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
