"""Briefs looked for among those of a rare word are the ones that a database finds, on every index."""

from __future__ import annotations

from collections.abc import AsyncIterator
from random import Random

import pytest
import pytest_asyncio

import bot.search.fetching
from bot.domain.brief import Brief
from bot.domain.ports import Candidate, Fetch, Field, Group, Order, SearchIndex, SearchReader, Term
from bot.search.fetching import Fetched, Fetcher
from bot.search.question import Question
from bot.search.vocabulary import Vocabulary
from bot.store import Upgrade, open_store
from tests.benchmarks._search_index import fill
from tests.search.making import NOW, FixedClock, brief
from tests.search.memory_reader import MemoryIndex

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

COMMON = ("cloud", "engine", "data", "clear")
SOME = tuple(f"{start}{end}" for start in ("robo", "gala", "vene") for end in ("tics", "xy", "zia", "ger"))
FIELDS = (Field.ALL, Field.TITLE, Field.TITLE | Field.META)


def _briefs() -> list[Brief]:
    """Common words in all briefs and rarer ones in a few, in any place."""
    random = Random(4)
    return [
        brief(
            " ".join((*random.sample(COMMON, 3), *random.sample(SOME, number % 17 == 0), f"n{number}")),
            slug=f"b{number}",
            heat=random.randrange(9),
            quality=random.choice((None, 10, 20)),
            hours=number - 3,
            topics=tuple(random.sample(SOME, number % 19 == 0)),
            excerpt=" ".join((*COMMON, *random.sample(SOME, number % 13 == 0))),
        )
        for number in range(600)
    ]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def index(url: str) -> AsyncIterator[SearchIndex]:
    """The briefs in each kind of index."""
    if not url:
        yield MemoryIndex(_briefs())
        return
    async with await open_store(url, clock=FixedClock(), upgrade=Upgrade.ALWAYS) as store:
        await fill(store.index, _briefs())
        yield store.index


def _vocabulary(reader: SearchReader, **others: int) -> Vocabulary:
    """The words of the index, the common ones as common as among 100,000 briefs."""
    known = reader.terms(0).frequencies
    return Vocabulary.of(1, {**known, **dict.fromkeys(COMMON, 90_000), **others})


def _term(random: Random) -> Term:
    word = random.choice(SOME if random.random() < 0.7 else COMMON)
    kind = random.randrange(8)
    if kind == 0:
        return Term(word[:5], prefix=True)
    return Term(word[:3], titled=True) if kind == 1 else Term(word)


def _groups(random: Random) -> tuple[Group, ...]:
    fields = random.choice(FIELDS)
    rare = Group(tuple(dict.fromkeys(Term(word) for word in random.sample(SOME, 2))), fields)
    common = Group((Term(random.choice(COMMON)),), fields)
    others = (Group(tuple(_term(random) for _ in range(random.randint(1, 3))), fields) for _ in range(2))
    wanted = [rare, common, *others][: random.randint(1, 4)]
    random.shuffle(wanted)
    return tuple(wanted)


def _differences(reader: SearchReader, vocabulary: Vocabulary, seed: int) -> tuple[list[str], int]:
    """Fetches that came out otherwise than the database's own, and how many were looked through."""
    random, wrong, sifted = Random(seed), [], 0
    question = Question(now=NOW, excluded=((random.choice(SOME),),) if seed % 3 == 0 else ())
    fetcher = Fetcher(reader, vocabulary, question)
    for _ in range(30):
        wanted, order = _groups(random), random.choice((Order.NEW, Order.HEAT))
        limit, offset = random.choice((5, 150)), random.choice((0, 0, 3))
        lengths = random.choice(((), (), (4,), (4, 5)))
        got = fetcher.fetch(wanted, order, limit, offset=offset, title_words=lengths)
        sifted += got.among > 0
        asked = Fetch(
            now=NOW,
            all_of=wanted,
            title_words=lengths,
            none_of=question.none_of,
            order=order,
            limit=limit,
            offset=offset,
        )
        if got.candidates != reader.fetch(asked):
            wrong.append(f"{asked} among {got.among}")
    return wrong, sifted


@pytest.mark.parametrize("seed", range(12))
async def test_a_fetch_among_a_rare_words_briefs_brings_what_a_database_would(
    index: SearchIndex, seed: int
) -> None:
    def work(reader: SearchReader) -> tuple[list[str], int]:
        return _differences(reader, _vocabulary(reader), seed)

    wrong, sifted = await index.read(work)
    assert not wrong
    assert sifted > 5


async def test_common_words_are_left_to_the_database(index: SearchIndex) -> None:
    def work(reader: SearchReader) -> Fetched:
        fetcher = Fetcher(reader, _vocabulary(reader), Question(now=NOW))
        return fetcher.fetch(
            (Group((Term("cloud"),), Field.ALL), Group((Term("data"),), Field.ALL)), Order.NEW, 9
        )

    got = await index.read(work)
    assert got.among == 0
    assert len(got.candidates) == 9


async def test_a_word_commoner_than_the_vocabulary_says_is_left_to_the_database(
    index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large sync writes more briefs of a word than are known of it yet."""
    monkeypatch.setattr(bot.search.fetching, "_MOST_SIFTED", 50)

    def work(reader: SearchReader) -> tuple[Fetched, list[Candidate]]:
        wanted = (Group((Term("engine"),), Field.ALL), Group((Term("cloud"),), Field.ALL))
        fetcher = Fetcher(reader, _vocabulary(reader, engine=1), Question(now=NOW))
        asked = Fetch(now=NOW, all_of=wanted, order=Order.HEAT, limit=1000)
        return fetcher.fetch(wanted, Order.HEAT, 1000), reader.fetch(asked)

    got, wanted = await index.read(work)
    assert got.among == 0
    assert got.candidates == wanted
