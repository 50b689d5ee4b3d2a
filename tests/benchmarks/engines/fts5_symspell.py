"""FTS5 with symspellpy before it: as typed, else as SymSpell corrects, joins and splits it, else any word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from symspellpy import SymSpell

from bot.domain.text import words
from tests.benchmarks.engines.fts5_words import build_table, opened_table
from tests.benchmarks.engines.material import Material
from tests.benchmarks.engines.running import Running, in_a_thread, timed

_EDITS = 2
_MOST_WORDS = 30


def _build(folder: Path, material: Material) -> None:
    build_table(folder, material)
    counts: Counter[str] = Counter()
    for text in material.texts():
        counts.update({*text.title.split(), *text.meta.split(), *text.body.split()})
    speller = SymSpell(max_dictionary_edit_distance=_EDITS)
    for word, count in counts.items():
        speller.create_dictionary_entry(word, count)
    speller.save_pickle(folder / "words.pickle")


@contextmanager
def _opened(folder: Path) -> Iterator[Callable[[str], list[str]]]:
    speller = SymSpell(max_dictionary_edit_distance=_EDITS)
    speller.load_pickle(folder / "words.pickle")
    with opened_table(folder) as table:

        def answer(query: str) -> list[str]:
            typed = words(query)[:_MOST_WORDS]
            if hits := table.all_words(typed):
                return hits
            best = speller.lookup_compound(" ".join(typed), max_edit_distance=_EDITS) if typed else []
            corrected = words(best[0].term) if best else typed
            return table.all_words(corrected) or table.any_word(corrected)

        yield answer


RUNNING = Running(timed(_build), in_a_thread(_opened))
