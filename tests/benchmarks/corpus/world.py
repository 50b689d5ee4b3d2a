"""Who and what the synthetic news is about: companies with their products, people, providers, topics."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.brief import Brief, Image, Provider
from tests.benchmarks.corpus.words import (
    GRAMMAR,
    frequent_words,
    invented_words,
    names,
    recurring_pairs,
    vocabulary_size,
    zipf,
)

# fmt: off
VERBS = (
    "launches", "unveils", "buys", "sues", "opens", "cuts", "doubles", "hires", "joins", "warns", "wins",
    "loses", "plans", "tests", "delays", "recalls", "raises", "bets on", "moves to", "shuts down", "brings",
    "backs", "blocks", "fixes", "ships", "faces", "drops", "adds", "builds", "teams up with", "takes on",
)
_FIRST_NAMES = (
    "Ada", "Amir", "Anna", "Ben", "Carla", "Chen", "Clara", "Daniel", "Diego", "Elena", "Emeka", "Fatima",
    "Grace", "Hana", "Ivan", "Jack", "Jürgen", "Kavya", "Lars", "Lena", "Li", "Luis", "Maria", "Marta",
    "Mohamed", "Nadia", "Nora", "Olga", "Omar", "Paul", "Priya", "Ravi", "Rosa", "Sam", "Sofia", "Tom",
    "Wei", "Yuki", "Zoë",
)
_COMPANY_ENDINGS = ("", "", "", " Labs", " Systems", " Cloud", " Networks", " Health", " Motors", " AI")
_PRODUCT_ENDINGS = ("", "", " Pro", " Cloud", " 2", " 3", " One", " Studio", " Engine", " X", " Max")
_PAPERS = ("The {} Times", "{} Post", "{} Herald", "{} Wire", "{}", "{} Insider", "Daily {}", "{} Review")
_TOPICS = (
    "AI", "Security", "Cloud", "Health", "Energy", "Cars", "Phones", "Chips", "Robots", "Science", "Space",
    "Privacy", "Games", "Finance", "Retail", "Education", "Storage", "Networking", "Startups", "Databases",
    "Open Source", "Machine Learning", "Quantum Computing", "Climate", "Batteries", "Streaming", "Policy",
)
# fmt: on


@dataclass(frozen=True, slots=True)
class Company:
    """A name and what it sells."""

    name: str
    products: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    """Values, the most frequent first, with the weights to draw them by."""

    values: Sequence[str]
    cumulated: Sequence[float]


class World:
    """Everything that is drawn from; one seed and one count, the same world."""

    def __init__(self, real: Sequence[Brief], count: int, seed: int) -> None:
        dice = random.Random(f"world {seed}")
        known = frequent_words(f"{brief.title} {brief.excerpt}" for brief in real)
        size = vocabulary_size(count)
        content = list(dict.fromkeys((*known, *invented_words(dice, size))))[: max(size, len(known))]
        self.content = Ranked(content, zipf(len(content)))
        self.prose = _with_grammar(self.content)
        self.companies = _companies(dice, recurring_pairs(brief.title for brief in real), count)
        self.company_weights = zipf(len(self.companies), shift=20)
        self.people = Ranked(*_people(dice, count))
        self.providers = _providers(dice, real, count)
        self.provider_weights = zipf(len(self.providers))
        seen = sorted({topic for brief in real for topic in brief.topics} - set(_TOPICS))
        topics = [*_TOPICS[:6], *seen, *_TOPICS[6:]]
        self.topics = Ranked(topics, zipf(len(topics)))


def _with_grammar(content: Ranked) -> Ranked:
    """Running text: four words of ten are grammar."""
    grammar = zipf(len(GRAMMAR))
    scale = grammar[-1] / 0.4 * 0.6 / content.cumulated[-1]
    rest = [grammar[-1] + weight * scale for weight in content.cumulated]
    return Ranked([*GRAMMAR, *content.values], [*grammar, *rest])


def _companies(dice: random.Random, known: Sequence[str], count: int) -> list[Company]:
    made = names(dice, 40 + int(3 * count**0.6))
    called = [*known, *(name + dice.choice(_COMPANY_ENDINGS) for name in made)]
    return [Company(name, _products(dice, name)) for name in called]


def _products(dice: random.Random, company: str) -> tuple[str, ...]:
    bases = [company.split(maxsplit=1)[0], *names(dice, 2)]
    return tuple(dice.choice(bases) + dice.choice(_PRODUCT_ENDINGS) for _ in range(dice.randint(1, 4)))


def _people(dice: random.Random, count: int) -> tuple[list[str], list[float]]:
    people = [f"{dice.choice(_FIRST_NAMES)} {name}" for name in names(dice, 30 + int(2 * count**0.65))]
    return people, zipf(len(people))


def _providers(dice: random.Random, real: Sequence[Brief], count: int) -> list[Provider]:
    known = {brief.provider.key: brief.provider for brief in real if brief.provider.domain}
    made = names(dice, 20 + int(2 * count**0.4))
    return [*known.values(), *(_provider(dice, name) for name in made)]


def _provider(dice: random.Random, name: str) -> Provider:
    called = dice.choice(_PAPERS).format(name)
    domain = called.lower().removeprefix("the ").replace(" ", "") + dice.choice(
        (".com", ".com", ".net", ".io")
    )
    logo = f"https://images.example.com/organizations/{domain}-50x50.jpg"
    return Provider(name=called, domain=domain, images=(Image(url=logo, width=50, height=50),))
