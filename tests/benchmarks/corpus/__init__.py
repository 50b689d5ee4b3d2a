"""Synthetic corpora: briefs by the thousand that look real, the same ones for the same seed."""

from tests.benchmarks.corpus.briefs import CHUNK, Maker, Recipe
from tests.benchmarks.corpus.markdown import rendered
from tests.benchmarks.corpus.writing import write_corpus

__all__ = ["CHUNK", "Maker", "Recipe", "rendered", "write_corpus"]
