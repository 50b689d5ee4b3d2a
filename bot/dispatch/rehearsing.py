"""What a digest would look like from an index alone, without any memory: for `newsbrief render digest`.

It looks at the newest days that the folder has, as if the run were at the newest brief's time (contract
section 7: "Last N days" in previews means the newest N days that the folder has).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from math import log
from zoneinfo import ZoneInfo

from bot.dispatch.contents import rule_in_words
from bot.domain.address import canonical_address
from bot.domain.answers import Edition, Piece
from bot.domain.brief import Article, Brief
from bot.domain.choosing import FIRST_LOOK, Chosen, choose
from bot.domain.coverage import other_outlets, outlet_key, story_outlets
from bot.domain.ledger import Item, Noted
from bot.domain.ports import Column, Condition, DateSpan, Fetch, Order, SearchIndex, SearchReader
from bot.domain.story import Candidate, folded_title, grouped, title_words
from bot.domain.subscription import Digest
from bot.search import Search

MOST_BRIEFS = 2_000


async def rehearsed(index: SearchIndex, search: Search, digest: Digest, now: datetime) -> Edition | None:
    """The edition of a digest that was never sent; None where the folder has nothing for it."""
    narrowing = await search.narrowing(digest.filters, ZoneInfo(digest.schedule.zone), strict=True)
    newest = (await index.status(now)).newest_at
    if newest is None:
        return None
    items = await _items(index, newest, newest - FIRST_LOOK)
    choice = choose(
        digest,
        items,
        now=newest,
        outlets=_outlets(items),
        sent=(),
        retry=frozenset(),
        fits=narrowing.refuses,
    )
    if not choice.shown:
        return None
    return Edition(
        at=newest,
        zone=digest.schedule.zone,
        full=_pieces(choice.full),
        also=_pieces(choice.also),
        thread=_pieces(choice.thread),
        more=len(choice.left),
        rule=rule_in_words(digest, search),
    )


async def _items(index: SearchIndex, now: datetime, since: datetime) -> list[Item]:
    """The visible briefs published since a moment, each with its story, as a ledger would note them."""
    span = Condition(column=Column.PUBLISHED, any_of=(DateSpan(start_at=since),))
    wanted = Fetch(now=now, conditions=(span,), order=Order.NEW, limit=MOST_BRIEFS)

    def read(reader: SearchReader) -> list[Brief]:
        return reader.briefs([found.id for found in reader.fetch(wanted)])

    briefs = dict(enumerate(await index.read(read), 1))
    stories = _stories(briefs)
    return [Item(noted=_noted(number, brief, stories, now), brief=brief) for number, brief in briefs.items()]


def _stories(briefs: dict[int, Brief]) -> dict[int, int]:
    """The story of each brief: the number of its first one."""
    candidates = [_candidate(number, brief) for number, brief in briefs.items()]
    held = Counter(word for candidate in candidates for word in candidate.words)

    def rarity(word: str) -> float:
        return log(1 + len(candidates) / max(held[word], 1))

    return {number: group[0] for group in grouped(candidates, rarity) for number in group}


def _candidate(number: int, brief: Brief) -> Candidate:
    return Candidate(
        id=number,
        story=number,
        words=title_words(brief.title),
        title=folded_title(brief.title),
        addresses=_addresses([brief]),
        listed=_addresses(brief.related),
        provider=outlet_key(brief),
        published_at=brief.published_at or datetime.min.replace(tzinfo=ZoneInfo("UTC")),
    )


def _addresses(articles: Sequence[Article]) -> frozenset[bytes]:
    urls = (
        url
        for one in articles
        for url in (one.web_url, one.original_url, one.amp_web_url, one.cdn_amp_web_url)
    )
    return frozenset(found.encode("utf-8", "replace") for url in urls if (found := canonical_address(url)))


def _noted(number: int, brief: Brief, stories: dict[int, int], now: datetime) -> Noted:
    return Noted(
        id=number,
        slug=brief.slug,
        title=brief.title,
        visible_at=now - timedelta(minutes=1),
        published_at=brief.published_at or now,
        story=stories[number],
        heat=brief.warmth,
        quality=brief.quality,
        provider=outlet_key(brief),
        outlets=other_outlets(brief, brief.related),
    )


def _outlets(items: Sequence[Item]) -> dict[int, int]:
    members: dict[int, list[Brief]] = {}
    for item in items:
        members.setdefault(item.noted.story, []).append(item.brief)
    return {
        item.noted.id: story_outlets(
            item.brief, [brief for brief in members[item.noted.story] if brief is not item.brief]
        )
        for item in items
    }


def _pieces(chosen: Sequence[Chosen]) -> tuple[Piece, ...]:
    return tuple(Piece(brief=one.item.brief, mark=one.mark, outlets=one.outlets) for one in chosen)
