"""What a rule would have sent, the thresholds that are offered, and the topics to mute; pure (section 7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from bot.domain.answers import Proposal, TopicShare
from bot.domain.brief import Brief
from bot.domain.ledger import Item
from bot.domain.result import HeatScale

DAYS = 30
"""How much of the folder's newest time is looked at."""

FEWEST_A_WEEK = 3
"""A folder that brings less is quiet: no threshold makes sense there (digest-facts section 3)."""

MOST_TOPICS = 2
LARGEST_SHARE = 0.5
"""No topic is offered to be muted that would hide more than this part of the news."""


def proposals(recent: Sequence[Item], scale: HeatScale, filters: str) -> tuple[tuple[Proposal, ...], bool]:
    """The three thresholds with what each gave, and whether even the first gives less than three a week.

    `recent` are the briefs of the newest 30 days that `filters` (what else was typed) let pass. An alert is
    one story: several briefs of it count once.
    """
    everything = _stories(recent)
    offered = (
        Proposal(name="Everything", typed=filters, count=everything),
        Proposal(name="Hot", typed=_with("heat:hot", filters), count=_hotter(recent, scale.hot)),
        Proposal(name="Only the biggest", typed=_with("heat:top", filters), count=_hotter(recent, scale.top)),
    )
    return offered, everything * 7 < FEWEST_A_WEEK * DAYS


def would_have_sent(items: Iterable[Item], passes: Callable[[Brief], bool]) -> list[Item]:
    """Of each story the one brief that is sent, hottest first.

    That is the hottest of those that pass, then the one of higher quality, then the newer.
    """
    sent: dict[int, Item] = {}
    for item in sorted((item for item in items if passes(item.brief)), key=_hottest_first):
        sent.setdefault(item.noted.story, item)
    return list(sent.values())


def topic_shares(brief: Brief, recent: Sequence[Item]) -> tuple[TopicShare, ...]:
    """Up to two topics of a brief that may be muted, with the share of recent visible briefs each holds.

    None holds more than half. Those that hide most come first, of equals the shorter name, because it fits
    on a button; a topic written twice in different cases is one.
    """
    names = {topic.casefold(): topic for topic in reversed(brief.topics) if topic.strip()}
    holding = Counter(key for item in recent for key in {topic.casefold() for topic in item.brief.topics})
    shares = [
        TopicShare(name=name, share=holding[key] / len(recent)) for key, name in names.items() if holding[key]
    ]
    allowed = [share for share in shares if share.share <= LARGEST_SHARE]
    allowed.sort(key=lambda found: (-found.share, len(found.name), found.name))
    return tuple(allowed[:MOST_TOPICS])


def _stories(items: Iterable[Item]) -> int:
    return len({item.noted.story for item in items})


def _hotter(items: Sequence[Item], line: int | None) -> int:
    """Stories with a brief of at least this heat; none where the folder has no such line."""
    return 0 if line is None else _stories(item for item in items if item.brief.warmth >= line)


def _with(level: str, filters: str) -> str:
    """The level before the filters, since a quote that somebody left open runs to the end."""
    return f"{level} {filters}".strip()


def _hottest_first(item: Item) -> tuple[float, float, float, int]:
    """Heat, then quality with the unknown last, then the newer; at last the later noted, to be certain."""
    brief = item.brief
    quality = float("-inf") if brief.quality is None else brief.quality
    at = brief.published_at or item.noted.published_at
    return -brief.warmth, -quality, -at.timestamp(), -item.noted.id
