"""The outlets that report one story: which related articles count, and how many domains they come from.

Measured on 6,415 real briefs: long lists of related articles hold duplicates, and of the hottest briefs a
third have no other outlet at all, so domains are counted and not articles.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from bot.domain.address import canonical_address
from bot.domain.brief import Article, Brief
from bot.domain.text import words


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


def other_outlets(brief: Brief, articles: Iterable[Article]) -> int:
    """How many distinct other domains the articles come from: the brief's own does not count.

    Of one outlet several articles count once; hidden ones do not count at all.
    """
    own = {outlet_key(brief), ""}
    return len({outlet_key(article) for article in articles if not article.is_hidden} - own)


def story_outlets(lead: Brief, members: Sequence[Brief]) -> int:
    """How many other domains report the story: of the lead's coverage, the other briefs and their coverage.

    The lead's own domain does not count; hidden briefs and what they list do not either. The lead may be
    among the members.
    """
    shown = [lead, *(member for member in members if not member.is_hidden)]
    return other_outlets(lead, (article for brief in shown for article in (brief, *brief.related)))


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
