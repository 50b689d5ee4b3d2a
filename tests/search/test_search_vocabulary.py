"""The words in memory: neighbours, completions, refreshing while others search."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from bot.domain.ports import SearchReader, Terms
from bot.search.forms import forms
from bot.search.vocabulary import Lexicon, Vocabulary, budget

WORDS = st.text("abcü", min_size=1, max_size=7)
STATES = st.lists(st.dictionaries(WORDS, st.integers(0, 3), max_size=12), min_size=2, max_size=6)


@dataclass
class Tokens:
    """The part of a reader that the vocabulary looks at; each change is a version of its own."""

    changes: list[dict[str, int]] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)

    def version(self) -> int:
        return len(self.changes)

    def terms(self, since: int) -> Terms:
        self.asked.append(since)
        changed: dict[str, int] = {}
        for change in self.changes[since:]:
            changed.update(change)
        return Terms(version=len(self.changes), complete=since == 0, frequencies=changed)


def current(lexicon: Lexicon, tokens: Tokens) -> Vocabulary:
    return lexicon.current(cast("SearchReader", tokens))


@pytest.mark.parametrize(
    ("letters", "edits"), [(1, 0), (3, 0), (4, 1), (7, 1), (8, 2), (12, 2), (13, 3), (40, 3)]
)
def test_longer_words_forgive_more(letters: int, edits: int) -> None:
    assert budget(letters) == edits


def test_vocabulary_follows_the_index_by_what_changed() -> None:
    lexicon = Lexicon()
    tokens = Tokens([{"cloud": 3, "clown": 1}])
    assert current(lexicon, tokens).near("cloudd", 1) == [("cloud", 1)]
    tokens.changes.append({"clown": 0, "cloudy": 2})
    vocabulary = current(lexicon, tokens)
    assert vocabulary.near("cloudd", 1) == [("cloud", 1), ("cloudy", 1)]
    assert vocabulary.completions("clo") == ["cloud", "cloudy"]
    assert vocabulary.frequency("clown") == 0
    assert current(lexicon, tokens) is vocabulary
    assert tokens.asked == [0, 1]


def test_older_view_of_the_index_does_not_turn_the_vocabulary_back() -> None:
    lexicon = Lexicon()
    newer = Tokens([{"cloud": 1}, {"kubernetes": 1}])
    older = Tokens([{"cloud": 1}])
    current(lexicon, newer)
    assert current(lexicon, older).frequency("kubernetes") == 1


def test_many_new_words_are_sorted_in() -> None:
    lexicon = Lexicon()
    tokens = Tokens([{"cloud": 1}])
    current(lexicon, tokens)
    tokens.changes.append({f"word{number}": 1 for number in range(3000)})
    vocabulary = current(lexicon, tokens)
    assert len(vocabulary.completions("word")) == 3000
    assert vocabulary.frequency("cloud") == 1


def test_threads_refresh_together_and_read_the_words_once() -> None:
    lexicon = Lexicon()
    tokens = Tokens([{f"word{number}": 1 for number in range(2000)}])
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: current(lexicon, tokens).near("wordd77", 1), range(64)))
    assert all(("word77", 1) in near for near in found)
    assert tokens.asked == [0]


@dataclass
class Turns(Tokens):
    """A reader on a thread that others use while this one waits, as all reads of PostgreSQL do."""

    meanwhile: Callable[[], object] = lambda: None

    def terms(self, since: int) -> Terms:
        terms = super().terms(since)
        self.meanwhile()
        return terms


@pytest.mark.timeout(10)
def test_reads_that_take_turns_on_one_thread_do_not_wait_for_each_other() -> None:
    lexicon = Lexicon()
    newer = Tokens([{"cloud": 1}, {"kubernetes": 1}])
    slow = Turns([{"cloud": 1}], meanwhile=lambda: current(lexicon, newer))
    assert current(lexicon, slow).frequency("kubernetes") == 1
    assert current(lexicon, newer).version == 2


@given(states=STATES, typed=WORDS)
def test_words_that_came_one_by_one_are_found_like_those_that_came_at_once(
    states: list[dict[str, int]], typed: str
) -> None:
    lexicon = Lexicon()
    tokens = Tokens([])
    followed = Vocabulary.of(0, {})
    for change in states:
        tokens.changes.append(change)
        followed = current(lexicon, tokens)
    known = {word: count for word, count in tokens.terms(0).frequencies.items() if count}
    whole = Vocabulary.of(1, known)
    assert followed.near(typed, 2) == whole.near(typed, 2)
    assert sorted(followed.completions(typed)) == sorted(whole.completions(typed))
    assert sorted(followed.ending(typed)) == sorted(whole.ending(typed))
    assert followed.has_completions(typed) == whole.has_completions(typed)
    assert followed.near_beginnings(typed) == whole.near_beginnings(typed)


class Hand:
    """A clock that stands still, and goes on while a slow reader reads."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds

    def goes_on(self, seconds: float) -> None:
        self.seconds += seconds


def test_no_answer_waits_for_the_words_of_a_large_sync_but_the_first() -> None:
    hand = Hand()
    lexicon = Lexicon(hand)
    tokens = Turns([{"cloud": 1}], meanwhile=lambda: hand.goes_on(0.2))
    current(lexicon, tokens)
    tokens.changes.append({"first": 1})
    assert current(lexicon, tokens).frequency("first") == 1  # the very first reading is no sync's
    tokens.changes.append({"second": 1})
    assert current(lexicon, tokens).frequency("second") == 0
    assert lexicon.is_behind
    lexicon.catch_up(cast("SearchReader", tokens))
    assert current(lexicon, tokens).frequency("second") == 1
    assert not lexicon.is_behind


def test_words_that_are_read_at_once_are_always_the_newest() -> None:
    hand = Hand()
    lexicon = Lexicon(hand)
    tokens = Turns([{"cloud": 1}], meanwhile=lambda: hand.goes_on(0.01))
    for word in ("first", "second", "third"):
        current(lexicon, tokens)
        tokens.changes.append({word: 1})
        assert current(lexicon, tokens).frequency(word) == 1


@pytest.fixture(scope="module")
def many() -> Vocabulary:
    """More words than are compared one by one."""
    rnd = random.Random(3)
    letters = "etaoinshrdlucmfwypvbgk"
    made = {"".join(rnd.choices(letters, k=rnd.randint(4, 11))) for _ in range(45_000)}
    assert len(made) > 40_000
    return Vocabulary.of(1, dict.fromkeys(made, 1))


def one_edit(word: str, rnd: random.Random) -> str:
    place = rnd.randrange(len(word))
    match rnd.randrange(4):
        case 0:
            return word[:place] + "z" + word[place + 1 :]
        case 1:
            return word[:place] + word[place + 1 :]
        case 2:
            return word[:place] + "z" + word[place:]
    place = min(place, len(word) - 2)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def samples(vocabulary: Vocabulary, least: int) -> Iterator[tuple[str, random.Random]]:
    rnd = random.Random(5)
    words = sorted(word for word in vocabulary.frequencies if len(word) >= least)
    for word in rnd.sample(words, 150):
        yield word, rnd


def test_large_vocabulary_finds_every_word_one_edit_away_first_letters_too(many: Vocabulary) -> None:
    for word, rnd in samples(many, 5):
        typed = one_edit(word, rnd)
        if typed != word:
            assert (word, OSA.distance(typed, word)) in many.near(typed, 1)


def test_large_vocabulary_finds_nearly_every_word_two_edits_away(many: Vocabulary) -> None:
    found = []
    for word, rnd in samples(many, 8):
        typed = one_edit(one_edit(word, rnd), rnd)
        if OSA.distance(typed, word) == 2:
            found.append(word in dict(many.near(typed, 2)))
    assert len(found) > 100
    assert sum(found) >= 0.97 * len(found)


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("modernising", "modernizing"),
        ("optimization", "optimisation"),
        ("colour", "color"),
        ("armours", "armor"),
        ("centre", "center"),
        ("licence", "license"),
        ("practises", "practices"),
        ("catalogue", "catalog"),
        ("travelling", "traveling"),
        ("programme", "program"),
        ("storeys", "stories"),
        ("families", "family"),
        ("boxes", "box"),
        ("children", "child"),
        ("analyse", "analyze"),
        ("mueller", "muller"),
        ("grey", "gray"),
    ],
)
def test_other_form_is_known_both_ways(word: str, form: str) -> None:
    assert form in forms(word)
    assert word == "mueller" or word in forms(form)


@pytest.mark.parametrize(
    ("word", "other"), [("news", "new"), ("this", "thi"), ("ai", "ais"), ("4g", "4gs"), ("four", "for")]
)
def test_other_words_are_no_forms(word: str, other: str) -> None:
    assert other not in forms(word)
