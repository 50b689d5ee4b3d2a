"""`make bench`: every benchmark, each beside its peer or floor; `make bench ARGS=parsing` runs one."""

from __future__ import annotations

import importlib
import platform
import sys
from pathlib import Path

SLOW = {"keeping_up", "one_changed", "search_quality", "search_race"}
"""Run by name only."""


def names() -> list[str]:
    """Every benchmark of this folder by module name."""
    files = Path(__file__).parent.glob("*.py")
    return sorted(file.stem for file in files if not file.stem.startswith("_"))


def main() -> None:
    """Run what was named, else all that is quick."""
    wanted = sys.argv[1:] or [name for name in names() if name not in SLOW]
    unknown = sorted(set(wanted) - set(names()))
    if unknown:
        sys.exit(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(names())}.")
    print(
        f"Python {platform.python_version()} on {platform.machine()}; medians, ratios count more than times."
    )
    for name in wanted:
        print(f"\n== {name}")
        importlib.import_module(f"tests.benchmarks.{name}").main()


if __name__ == "__main__":
    main()
