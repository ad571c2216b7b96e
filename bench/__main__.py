"""Measure remora beside other debuggers, print a table, and write JSON if asked.

    python -m bench [--quick] [--only NAME] [--python VERSION] [--debugger NAME] [--json FILE] [--list]

A cell is "minimum .. median", or one number where the two are the same.
"!" marks a median that misses its target, "?" a ratio so far below 1 that it
must be an error of measurement.  `rounds` and `kills` take minutes, and run
only when `--only` names them.  Targets are "3.12 and newer / older".
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import sys
import time
import traceback
from pathlib import Path

from bench import namespace, subjects, table
from bench.measure import Measurement, Recorder, Sample
from bench.quantities import Quantity
from bench.rows import adapters, far, footprint, outside, rounds, scale, shell, speed, startup, stops
from bench.subjects import Subject
from bench.worker import use_compiled_code

MEASUREMENTS = [
    *startup.MEASUREMENTS,
    *adapters.MEASUREMENTS,
    *speed.MEASUREMENTS,
    *stops.MEASUREMENTS,
    *scale.MEASUREMENTS,
    *shell.MEASUREMENTS,
    *far.MEASUREMENTS,
    *footprint.MEASUREMENTS,
    *outside.MEASUREMENTS,
    *rounds.MEASUREMENTS,
]


def main() -> int:
    options = _parser().parse_args()
    if options.list:
        print(*(measurement.name for measurement in MEASUREMENTS), sep="\n")
        return 0
    chosen = [m for m in MEASUREMENTS if m.name in (options.only or ()) or not (options.only or m.is_long)]
    if not chosen:
        print(f"no measurement is named {options.only}; --list shows them", file=sys.stderr)
        return 2
    namespace.enter()
    use_compiled_code()
    begun = time.monotonic()
    results: table.Results = {subject: {} for subject in _subjects(options)}
    for measurement in chosen:
        _measure(measurement, results, options.quick)
        if options.json:
            Path(options.json).write_text(json.dumps(table.as_json(results), indent=1) + "\n")
    print(_heading(time.monotonic() - begun), table.text(table.rows(results)), sep="\n\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    summary = __doc__ or ""
    parser = argparse.ArgumentParser(prog="python -m bench", description=summary.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer repetitions, versions and peers")
    parser.add_argument("--only", action="append", metavar="NAME", help="this measurement alone; repeatable")
    parser.add_argument("--json", metavar="FILE", help="write all values there")
    parser.add_argument("--python", action="append", metavar="VERSION", help="this version alone; repeatable")
    parser.add_argument("--debugger", action="append", metavar="NAME", help="this one alone; repeatable")
    parser.add_argument("--list", action="store_true", help="name the measurements")
    return parser


def _subjects(options: argparse.Namespace) -> list[Subject]:
    """Those that are wanted, which `--python` and `--debugger` narrow."""
    return [
        subject
        for subject in subjects.find(options.quick)
        if (not options.python or subject.python.version in options.python)
        and (not options.debugger or subject.debugger in options.debugger)
    ]


def _measure(measurement: Measurement, results: table.Results, quick: bool) -> None:
    begun = time.monotonic()
    for subject, samples in results.items():
        if measurement.suits(subject):
            _show_progress(f"{measurement.name}: {subject}")
            _measure_one(measurement, subject, samples, quick)
    _show_progress("")
    print(f"{measurement.name}: {time.monotonic() - begun:.0f} s", file=sys.stderr)


def _measure_one(
    measurement: Measurement, subject: Subject, samples: dict[Quantity, Sample], quick: bool
) -> None:
    """A measurement that fails is told in its cells, and the others go on."""
    try:
        measurement.run(subject, Recorder(samples, quick))
    except Exception as error:
        _show_progress("")
        print(f"{measurement.name}: {subject} failed", file=sys.stderr)
        traceback.print_exc(limit=-4)
        for quantity in measurement.quantities:
            samples.setdefault(quantity, Sample()).failure = f"failed: {type(error).__name__}"


def _show_progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def _heading(seconds: float) -> str:
    now = datetime.datetime.now().astimezone().strftime("%Y-%m-%d")
    load = " ".join(f"{average:.1f}" for average in os.getloadavg())
    machine = f"{_processor()}, {os.cpu_count()} CPUs, Linux {platform.release()}"
    return f"One run of {seconds:.0f} s on {now}; {machine}; load {load}."


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


if __name__ == "__main__":
    sys.exit(main())
