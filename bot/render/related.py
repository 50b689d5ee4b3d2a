"""Which related coverage is shown first, and how many outlets it comes from.

Measured on 6,415 real briefs: long lists are about a topic rather than an event, sorted by quality, and hold
duplicates, so the first three of a list are the wrong three. Closeness of title finds the right ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from math import log
from urllib.parse import urlsplit

from bot.domain.address import canonical_address
from bot.domain.brief import Article, Brief
from bot.domain.text import words

_LITTLE_WORDS = frozenset(
    words(
        "a about after all also an and are as at be been but by can did do for from get had has have he her "
        "his how i if in into is it its just may more new no not now of off on one or our out over says she "
        "so than that the their them they this to up us was we were what when which who why will with you"
    )
)


def distinct_related(brief: Brief) -> list[Article]:
    """The related articles a reader may see, without the brief's own article and without duplicates.

    Two are the same where they share a canonical address or a title in folded words; the first one stays.
    """
    seen = _identities(brief)
    kept: list[Article] = []
    for article in brief.related:
        identities = _identities(article)
        if not article.is_hidden and seen.isdisjoint(identities):
            kept.append(article)
            seen |= identities
    return kept


def closest_first(brief: Brief, related: Iterable[Article]) -> list[Article]:
    """Sorted by closeness of title to the brief's, then newest first; undated articles come last."""
    articles = list(related)
    weights = _weights([brief, *articles])
    own = _tokens(brief)
    return sorted(
        articles,
        key=lambda article: (closeness(own, _tokens(article), weights), _moment(article)),
        reverse=True,
    )


def closeness(one: frozenset[str], other: frozenset[str], weights: dict[str, float]) -> float:
    """From 0, no word in common, to 1, the same words: shared weight over the mean of both weights.

    Rounded to hundredths, so that a trifle does not outrank the date.
    """
    total = sum(weights[word] for word in one) + sum(weights[word] for word in other)
    shared = sum(weights[word] for word in one & other)
    return round(2 * shared / total, 2) if total else 0.0


def other_outlets(brief: Brief, articles: Iterable[Article]) -> int:
    """How many distinct other domains the articles come from: the brief's own does not count.

    Of one outlet several articles count once; hidden ones do not count at all.
    """
    own = {outlet_key(brief), ""}
    return len({outlet_key(article) for article in articles if not article.is_hidden} - own)


def outlet_key(article: Article) -> str:
    """The provider's domain or name; for an article without either, the host of its address."""
    return article.provider.key or host_of(article.link)


def host_of(url: str) -> str:
    """`wsj.com` for any address there; empty for what is not an address."""
    try:
        return (urlsplit(url.strip()).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _identities(article: Article) -> set[str]:
    urls = (article.web_url, article.original_url, article.amp_web_url, article.cdn_amp_web_url)
    addresses = {f"address {address}" for url in urls if url and (address := canonical_address(url))}
    folded = " ".join(words(article.title))
    return addresses | ({f"title {folded}"} if folded else set())


def _tokens(article: Article) -> frozenset[str]:
    found = frozenset(words(article.title))
    return found - _LITTLE_WORDS or found


def _weights(articles: list[Article]) -> dict[str, float]:
    """A word weighs more the fewer of these titles hold it."""
    frequencies = Counter(word for article in articles for word in _tokens(article))
    return {word: log(1 + len(articles) / held) for word, held in frequencies.items()}


def _moment(article: Article) -> float:
    return article.published_at.timestamp() if isinstance(article.published_at, datetime) else float("-inf")
