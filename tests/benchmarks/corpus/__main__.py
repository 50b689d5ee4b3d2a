"""`make corpus N=1000000 [SEED=1] [TO=DIR]`: write synthetic briefs, the same ones for the same seed."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from time import perf_counter

from tests.benchmarks._search_index import HOME, real_briefs
from tests.benchmarks.corpus.briefs import Recipe
from tests.benchmarks.corpus.writing import write_corpus


def main() -> None:
    """Write, and say where to."""
    parser = argparse.ArgumentParser(prog="make corpus", description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--to", type=Path)
    given = parser.parse_args()
    if given.count < 1:
        parser.error("N is at least 1")
    to = (given.to or HOME / ".bench" / f"corpus-{given.count}-{given.seed}").resolve()
    if to.is_dir() and any(to.iterdir()):
        sys.exit(f"{to} is not empty; name another folder with TO=DIR, or remove it.")
    started = perf_counter()
    size = write_corpus(
        to, real_briefs(Path(os.environ.get("CORPUS") or HOME / "briefs")), Recipe(given.count, given.seed)
    )
    print(f"{given.count:,} briefs, {size / 1e6:,.0f} MB, in {perf_counter() - started:.0f} s: {to}")


if __name__ == "__main__":
    main()
