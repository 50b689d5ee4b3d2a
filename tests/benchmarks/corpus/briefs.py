"""Synthetic briefs, made in chunks that do not depend on each other, so that any core can make any chunk."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.domain.brief import RELATED_HEAT, Article, Brief, Image
from tests.benchmarks.corpus.words import Stream
from tests.benchmarks.corpus.world import VERBS, Company, World

CHUNK = 1000
"""Briefs that are made together; also the files of one folder."""

NEWEST = datetime(2026, 1, 1, tzinfo=UTC)
_DAYS = 6 * 365
_NUMBERS = ("3", "5", "7", "10", "12", "25", "40", "100", "2027", "2030")
_PATTERNS = tuple(
    pattern.split()
    for pattern in (
        "C V P for N N",
        "C V P with N N and N",
        "C V N N in N N N",
        "C and D V N N",
        "C V D over N N",
        "How C V N N with P",
        "P is N for N N , says H",
        "H : C V N N",
        "N N : why C V P",
        "N N V N as C V N",
        "# ways to N your N N with P",
        "P vs Q : which N N is N ?",
        "C ’s P now V N N",
        "H leaves C for D after N N",
        "N N N V N N and N",
        "C P gets N N N",
        "Inside the N N of C",
        "What N N means for C and its N",
        "C to V N N by #",
        "New N N lets P users N N",
        "The N of N : C , D and the N N",
        "Report : C V # N N",
    )
)
"""Titles: C, D companies, P, Q their products, H a person, V a verb, N a word, # a number."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What decides a corpus besides the real briefs it starts from."""

    count: int
    seed: int = 1

    @property
    def chunks(self) -> int:
        """How many pieces it is made in."""
        return -(-self.count // CHUNK)


class Maker:
    """Makes the briefs of one recipe."""

    def __init__(self, real: Sequence[Brief], recipe: Recipe) -> None:
        self.recipe = recipe
        self._world = World(real, recipe.count, recipe.seed)

    def briefs(self) -> Iterator[Brief]:
        """All of them, in no order of time."""
        for number in range(self.recipe.chunks):
            yield from self.chunk(number)

    def chunk(self, number: int) -> list[Brief]:
        """One piece, alike whatever was made before."""
        first = number * CHUNK
        writer = _Writer(self._world, random.Random(f"{self.recipe.seed} {self.recipe.count} {number}"))
        return [writer.brief(place) for place in range(first, min(first + CHUNK, self.recipe.count))]


class _Writer:
    """Writes briefs about a world by one pair of dice."""

    def __init__(self, world: World, dice: random.Random) -> None:
        self._world, self._dice = world, dice
        self._words = Stream(dice, world.content.values, world.content.cumulated)
        self._prose = Stream(dice, world.prose.values, world.prose.cumulated)
        self._people = Stream(dice, world.people.values, world.people.cumulated)
        self._topics = Stream(dice, world.topics.values, world.topics.cumulated)

    def brief(self, number: int) -> Brief:
        dice = self._dice
        at = NEWEST - timedelta(minutes=1 + int(_DAYS * 24 * 60 * dice.random() ** 1.3))
        company, other = self._companies()
        related = tuple(
            self._article(company, at + timedelta(minutes=dice.randrange(-900, 2000)))
            for _ in range(dice.choice((0, 0, 0, 1, 2, 3)))
        )
        title = self._title(company, other)
        provider = dice.choices(self._world.providers, cum_weights=self._world.provider_weights)[0]
        quality = max(1, int(dice.gauss(60, 25)))
        name = f"{_slug(title)}-{number:07}"
        address = f"https://{provider.domain}/{at:%Y/%m/%d}/{name}"
        return Brief(
            slug=f"{at:%Y-%m-%d}-{name}",
            category="news",
            title=title,
            excerpt=self._excerpt(company),
            published_at=at,
            original_url=address,
            web_url=address,
            amp_web_url=f"{address}/amp",
            type="video" if dice.random() < 0.06 else "article",
            quality=quality,
            heat=quality + RELATED_HEAT * len(related) + int(dice.paretovariate(1.2) * 5),
            provider=provider,
            topics=tuple(dict.fromkeys(self._topics.take(dice.choice((1, 1, 2, 3))))),
            images=self._images(number),
            related=related,
        )

    def _companies(self) -> tuple[Company, Company]:
        one, other = self._dice.choices(self._world.companies, cum_weights=self._world.company_weights, k=2)
        return one, other

    def _article(self, company: Company, at: datetime) -> Article:
        title = self._title(company, self._companies()[1])
        provider = self._dice.choices(self._world.providers, cum_weights=self._world.provider_weights)[0]
        return Article(
            title=title,
            excerpt=self._excerpt(company),
            published_at=at,
            web_url=f"https://{provider.domain}/{at:%Y/%m}/{_slug(title)}",
            type="article",
            quality=max(1, int(self._dice.gauss(55, 25))),
            provider=provider,
        )

    def _images(self, number: int) -> tuple[Image, ...]:
        if self._dice.random() < 0.3:
            return ()
        width, height = self._dice.choice(((796, 417), (1200, 675), (700, 467), (1280, 640)))
        url = f"https://images.example.com/uploads/{number % 97}/{number}-{width}x{height}.jpg"
        return (Image(url=url, width=width, height=height, is_cached=True),)

    def _title(self, company: Company, other: Company) -> str:
        pieces = [self._piece(slot, company, other) for slot in self._dice.choice(_PATTERNS)]
        if self._dice.random() < 0.5:
            pieces = [
                piece if piece in ("and", "for", "of", "the", "’s") else _capital(piece) for piece in pieces
            ]
        return _capital(_spaced(" ".join(pieces)))

    def _piece(self, slot: str, company: Company, other: Company) -> str:
        match slot:
            case "C" | "D":
                return (company if slot == "C" else other).name
            case "P" | "Q":
                return self._dice.choice((company if slot == "P" else other).products)
            case "N" | "H":
                return next(self._words if slot == "N" else self._people)
            case "V":
                return self._dice.choice(VERBS)
            case "#":
                return self._dice.choice(_NUMBERS)
        return slot

    def _excerpt(self, company: Company) -> str:
        sentences = []
        for place in range(self._dice.choice((1, 1, 2))):
            prose = self._prose.take(self._dice.randint(10, 20))
            if place == 0:
                prose.insert(self._dice.randrange(6), company.name)
            sentences.append(f"{_capital(' '.join(prose))}.")
        return " ".join(sentences)


def _spaced(text: str) -> str:
    return text.replace(" ,", ",").replace(" :", ":").replace(" ?", "?").replace(" ’s", "’s")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", plain)[:60].strip("-")
