"""rapidfuzz's token_set_ratio over every title."""

from rapidfuzz.fuzz import token_set_ratio

from tests.benchmarks.engines.ratios import running

RUNNING = running(token_set_ratio)
