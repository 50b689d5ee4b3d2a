"""Facts come from real briefs, words do not: compared with the corpus where it is to be had."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest

from bot.domain.address import canonical_address
from tests.samples.samplebook import BRIEFS, addresses, articles, front_matter


def _corpus_articles(corpus: Path) -> Iterator[dict[str, Any]]:
    for path in [corpus / "seed-brief.md", *sorted(corpus.glob("news-*/*.md"))]:
        yield from articles(front_matter(path))


@pytest.fixture(scope="module")
def known(corpus: Path) -> list[dict[str, Any]]:
    return list(_corpus_articles(corpus))


@pytest.fixture(scope="module")
def by_address(known: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for article in known:
        for address in addresses(article):
            found.setdefault(canonical_address(address), []).append(article)
    return found


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def test_no_title_or_excerpt_repeats_the_corpus(known: list[dict[str, Any]]) -> None:
    taken = {_plain(article.get(field) or "") for article in known for field in ("title", "excerpt")} - {""}
    ours = {
        _plain(one.get(field, ""))
        for b in BRIEFS.values()
        for one in articles(b)
        for field in ("title", "excerpt")
    }
    assert ours & taken == set()


def test_no_title_is_a_light_touch_on_the_original(by_address: dict[str, list[dict[str, Any]]]) -> None:
    close = []
    for fields in BRIEFS.values():
        for ours in articles(fields):
            for theirs in by_address[canonical_address(addresses(ours)[0])]:
                pair = _plain(ours["title"]), _plain(theirs["title"])
                if SequenceMatcher(None, *pair, autojunk=False).ratio() > 0.75:
                    close.append(pair)
    assert close == []


def test_every_article_its_day_and_its_provider_are_real(by_address: dict[str, list[dict[str, Any]]]) -> None:
    for slug, fields in BRIEFS.items():
        for ours in articles(fields):
            theirs = by_address.get(canonical_address(addresses(ours)[0]))
            assert theirs, slug
            dates = {one["publishedDateTime"] for one in theirs}
            assert ours["publishedDateTime"] in {date for date in dates if isinstance(date, datetime)}, slug
            assert ours["provider"]["domain"] in {one["provider"]["domain"] for one in theirs}, slug


def test_no_slug_and_no_picture_is_the_corpus_own(corpus: Path) -> None:
    assert {path.stem for path in corpus.glob("news-*/*.md")} & set(BRIEFS) == set()
    pictures = [
        image["url"] for b in BRIEFS.values() for one in articles(b) for image in one.get("images", [])
    ]
    assert all(url.startswith("images/") for url in pictures)
