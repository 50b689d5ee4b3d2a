"""`make bench-search`: newsbrief's search beside every engine that installs, on the same queries in one run.

First the quality over real briefs (`CORPUS=DIR` with its `queries.jsonl`, else the project's own samples),
then times and costs over synthetic ones of each size. An engine that cannot take part is named.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from tests.benchmarks import keeping_up
from tests.benchmarks._search_index import HOME
from tests.benchmarks.engines import asking, tables
from tests.benchmarks.engines.catalog import ENGINES, HUNDRED_THOUSAND, Engine
from tests.benchmarks.engines.driving import PACKAGES
from tests.benchmarks.engines.installing import install
from tests.benchmarks.engines.material import Material, write_documents
from tests.benchmarks.engines.race import Limits, Race

_UNLIMITED = 600.0
"""Seconds: over real briefs every engine answers everything."""
EACH_REAL, EACH_SYNTHETIC = 60, 25
"""Generated queries of each kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to run: `corpus` 0 in `sizes` stands for the real briefs alone."""

    corpus: Path
    sizes: Sequence[int]
    engines: Sequence[Engine]
    packages: Path
    limits: Limits
    each: int
    files: int = 0
    """Of the tables about syncing; none leaves them out."""


def report(plan: Plan, size: int, folder: Path) -> Iterator[str]:
    """Run one race and print its tables."""
    material = Material(folder=str(plan.corpus), documents=str(folder / "documents.tsv"), count=size)
    written = write_documents(Path(material.documents), material.briefs())
    limits = plan.limits if size else replace(plan.limits, first=_UNLIMITED)
    race = Race(material, plan.engines, plan.packages, folder, limits)
    with ThreadPoolExecutor(1) as pool:
        building = pool.submit(race.build)
        if size <= HUNDRED_THOUSAND:  # with more there is no time for one after the other
            wait((building,))
        questions = _questions(plan, material)
        entrants = race.run(building.result(), questions.texts)
    kind = "synthetic" if size else "real"
    yield f"\n## {written.briefs:,} {kind} briefs, {written.front_matter / 1e6:,.1f} MB of front matter\n"
    yield from (f"- {name}: {reason}" for name, reason in race.left_out.items())
    yield ""
    if entrants:
        yield from tables.quality(entrants, questions)
        yield from tables.times(entrants)
        yield ""
        yield from tables.costs(entrants, written)


def _questions(plan: Plan, material: Material) -> asking.Questions:
    if material.count:
        return asking.of_synthetic(material, plan.each or EACH_SYNTHETIC)
    return asking.of_folder(plan.corpus, list(material.briefs()), plan.each or EACH_REAL)


def compare(plan: Plan) -> None:
    """All of it, each size in a folder that is thrown away."""
    started = perf_counter()
    print(f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {os.cpu_count()} cores")
    failed = install(plan.engines, plan.packages)
    for name, reason in failed.items():
        print(f"- {name}: {reason}")
    racing = [engine for engine in plan.engines if engine.name not in failed]
    here = replace(plan, engines=racing)
    for size in plan.sizes:
        with tempfile.TemporaryDirectory(prefix="newsbrief-race-", ignore_cleanup_errors=True) as name:
            for line in report(here, size, Path(name)):
                print(line, flush=True)
    if plan.files:
        print("\n## Keeping up\n", flush=True)
        # In a process of its own, as what this one holds by now would slow it down.
        environment = {**os.environ, "NUMBER": str(plan.files), "CORPUS": str(plan.corpus)}
        subprocess.run([sys.executable, "-m", keeping_up.__name__], cwd=HOME, env=environment, check=False)
    print(f"\n{(perf_counter() - started) / 60:.1f} minutes")


def main(arguments: Sequence[str] = ()) -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="make bench-search", description=__doc__)
    parser.add_argument("--sizes", default="0,1000,100000", help="numbers of briefs; 0 is the real ones")
    parser.add_argument("--engines", default="", help="names, separated by commas; all unless told")
    parser.add_argument("--each", type=int, default=0, help="generated queries of each kind")
    parser.add_argument("--build", type=float, default=120, help="seconds an engine may take to be built")
    parser.add_argument("--round", type=float, default=2, help="seconds of one round of an engine")
    parser.add_argument("--files", type=int, default=keeping_up.FILES, help="files of the sync; 0 for none")
    given = parser.parse_args(arguments)
    wanted = [name.strip().casefold() for name in given.engines.split(",") if name.strip()]
    engines = [engine for engine in ENGINES if not wanted or engine.name.casefold() in wanted]
    if not engines:
        sys.exit(f"There are the engines {', '.join(engine.name for engine in ENGINES)}.")
    compare(
        Plan(
            corpus=Path(os.environ.get("CORPUS") or HOME / "briefs").resolve(),
            sizes=[int(size) for size in given.sizes.split(",")],
            engines=engines,
            packages=PACKAGES,
            limits=Limits(build=given.build, first=3 * given.round, round=given.round),
            each=given.each,
            files=given.files,
        )
    )


if __name__ == "__main__":
    main(sys.argv[1:])
