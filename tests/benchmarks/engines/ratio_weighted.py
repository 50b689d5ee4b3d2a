"""rapidfuzz's WRatio over every title."""

from rapidfuzz.fuzz import WRatio

from tests.benchmarks.engines.ratios import running

RUNNING = running(WRatio)
