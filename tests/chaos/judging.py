"""What became of what was owed, told from the sink's log and the list of what was owed, and nothing else."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tests.chaos.log import Event

POST = "chat.postMessage"
LOOKS = ("conversations.history", "conversations.replies")
_ARRIVAL_SECONDS = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """What is owed. `alerts`: a direct message's channel and a brief's address, each to be told once.

    `digests`: channels that are owed one digest, with one reply of what it left out under it. `briefs` are
    the addresses of all briefs that there are: told twice in one channel, they are doubled.
    """

    briefs: frozenset[str] = frozenset()
    alerts: frozenset[tuple[str, str]] = frozenset()
    digests: frozenset[str] = frozenset()

    @property
    def size(self) -> int:
        """How many things are owed."""
        return len(self.alerts) + 2 * len(self.digests)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The judge's word. Sentences in `lost`, `doubled` and `unowed` name each one.

    `same_id` counts messages whose delivery id had been posted before, `same_brief` those that told a reader
    a brief again; `doubled` names both, a message once. `inside` counts posts that came within a Retry-After
    of their channel, `looks_inside` reads. `gap` is the smallest time in seconds between two posts that
    arrived for one channel.
    """

    owed: int
    delivered: int
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    same_id: int
    same_brief: int
    unowed: tuple[str, ...]
    posts: int
    looks: int
    inside: int
    looks_inside: int
    gap: float

    @property
    def is_perfect(self) -> bool:
        """Nothing lost, nothing doubled, nothing that nobody asked for, every Retry-After heeded."""
        return not (self.lost or self.doubled or self.unowed or self.inside)


def judge(events: Sequence[Event], debt: Debt) -> Verdict:
    """Compare what arrived with what was owed."""
    messages = [event for event in events if event.is_message]
    lost = _lost(messages, debt)
    same_id, same_brief = _again_by_id(messages), _again_by_brief(messages, debt.briefs)
    return Verdict(
        owed=debt.size,
        delivered=debt.size - len(lost),
        lost=tuple(lost),
        doubled=tuple(dict.fromkeys(_named(event) for event in (*same_id, *same_brief))),
        same_id=len(same_id),
        same_brief=len(same_brief),
        unowed=tuple(map(_named, _unowed(messages, debt))),
        posts=sum(event.method == POST for event in events),
        looks=sum(event.method in LOOKS for event in events),
        inside=len(_inside(events, (POST,))),
        looks_inside=len(_inside(events, LOOKS)),
        gap=_smallest_gap(events),
    )


def told(events: Iterable[Event], channel: str, briefs: frozenset[str]) -> list[frozenset[str]]:
    """The briefs that each message of a channel told, in the order in which they arrived."""
    messages = [event for event in events if event.is_message and event.channel == channel]
    return [briefs.intersection(event.urls) for event in sorted(messages, key=lambda event: event.done_at)]


def _lost(messages: Sequence[Event], debt: Debt) -> list[str]:
    arrived = {(event.channel, url) for event in messages for url in event.urls}
    roots = {event.channel for event in messages if not event.thread}
    replies = {event.channel for event in messages if event.thread}
    return [
        *(f"{channel} was not told of {url}" for channel, url in sorted(debt.alerts - arrived)),
        *(f"{channel} got no digest" for channel in sorted(debt.digests - roots)),
        *(f"{channel} got no reply under its digest" for channel in sorted(debt.digests - replies)),
    ]


def _again_by_id(messages: Sequence[Event]) -> list[Event]:
    seen: set[str] = set()
    again = []
    for event in messages:
        if event.delivery in seen:
            again.append(event)
        seen |= {event.delivery} - {""}
    return again


def _again_by_brief(messages: Sequence[Event], briefs: frozenset[str]) -> list[Event]:
    seen: dict[str, set[str]] = defaultdict(set)
    again = []
    for event in messages:
        told = briefs.intersection(event.urls)
        if seen[event.channel] & told:
            again.append(event)
        seen[event.channel] |= told
    return again


def _unowed(messages: Sequence[Event], debt: Debt) -> list[Event]:
    """Messages without an id, without anything owed, or one digest more; each counted by its first coming."""
    first = {event.delivery: event for event in reversed(messages)}
    people = {channel for channel, _ in debt.alerts}
    found = [event for event in messages if not event.delivery]
    kinds: Counter[tuple[str, bool]] = Counter()
    for event in sorted(first.values(), key=lambda event: event.done_at):
        kinds[event.channel, bool(event.thread)] += 1
        if event.channel in debt.digests:
            is_owed = kinds[event.channel, bool(event.thread)] == 1
        else:
            is_owed = event.channel in people and any(
                (event.channel, url) in debt.alerts for url in event.urls
            )
        if event.delivery and not is_owed:
            found.append(event)
    return found


def _inside(events: Iterable[Event], methods: Sequence[str]) -> list[Event]:
    """Calls that came although their channel and method had been asked to wait."""
    until: dict[tuple[str, str], float] = {}
    found = []
    for event in sorted(events, key=lambda event: event.came_at):
        place = event.method, event.channel
        if event.method in methods:
            if event.came_at < until.get(place, 0) - _ARRIVAL_SECONDS:
                found.append(event)
            if event.retry_after:
                until[place] = event.done_at + event.retry_after
    return found


def _smallest_gap(events: Iterable[Event]) -> float:
    came: Mapping[str, list[float]] = defaultdict(list)
    for event in events:
        if event.method == POST:
            came[event.channel].append(event.came_at)
    gaps = [
        later - earlier
        for times in map(sorted, came.values())
        for earlier, later in itertools.pairwise(times)
    ]
    return min(gaps, default=float("inf"))


def _named(event: Event) -> str:
    return f"{event.channel} {event.ts} delivery {event.delivery or '-'}: {event.text[:60]}"
