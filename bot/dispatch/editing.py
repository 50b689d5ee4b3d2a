"""What a digest would hold now, and what a due one comes to: reads, one pure choice, a decision to commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from bot.dispatch.places import read_rule
from bot.dispatch.stories import outlets_of
from bot.domain.choosing import (
    NOTING_TIME,
    STORY_MEMORY,
    Choice,
    Chosen,
    choose,
    max_age,
    published_since,
)
from bot.domain.delivery import COUNTS, Delivery, Kind, Owed
from bot.domain.ledger import Item, SentBrief
from bot.domain.owed import Ledger, RunDecision, Subscriptions
from bot.domain.schedule import due_runs, local_date, missed, next_run
from bot.domain.subscription import Digest, Run, RunOutcome
from bot.search import Search

MEMORY = timedelta(days=400)
"""How far back a first digest asks what was sent here: as long as that is kept."""

EXPIRES_AFTER = timedelta(hours=12)
SUPERSEDED = "superseded by a newer run"
SAFE_FULL = 6
"""So many briefs in full always fit one message; with more, what does not fit goes into the thread."""

_NAMESPACE = UUID("6f6e6521-6e65-7773-6272-696566000002")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A choice with what it was made from."""

    digest: Digest
    choice: Choice
    offered: tuple[Item, ...]
    sent: tuple[SentBrief, ...]
    now: datetime

    @property
    def is_empty(self) -> bool:
        """True where nothing is new."""
        return not (self.choice.full or self.choice.also or self.choice.thread)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What one message of a digest shows."""

    full: tuple[Chosen, ...] = ()
    also: tuple[Chosen, ...] = ()
    thread: tuple[Chosen, ...] = ()


class Editor:
    """Chooses what digests hold."""

    def __init__(self, ledger: Ledger, subscriptions: Subscriptions, search: Search) -> None:
        self._ledger = ledger
        self._subscriptions = subscriptions
        self._search = search

    async def draft(self, digest: Digest, now: datetime, also: Sequence[Item] = ()) -> Draft:
        """What the digest would hold now; `also` are briefs whose fate is asked for, however old."""
        sent = await self._ledger.sent_to(digest.to, since=_sent_since(digest, now))
        returning = sorted({one.brief for one in sent if now - one.at <= STORY_MEMORY})
        offered = await self._offered(digest, now, returning, also)
        narrowing = await read_rule(self._search, digest.filters, digest.schedule.zone)
        choice = choose(
            digest,
            offered,
            now=now,
            outlets=await outlets_of(self._ledger, offered, now),
            sent=sent,
            retry=_given_up(digest, sent),
            fits=narrowing.refuses,
        )
        return Draft(digest=digest, choice=choice, offered=tuple(offered), sent=tuple(sent), now=now)

    async def _offered(
        self, digest: Digest, now: datetime, returning: Sequence[int], also: Sequence[Item]
    ) -> list[Item]:
        recent = await self._ledger.recent(now, published_since=published_since(digest, now))
        found = {item.noted.id: item for item in (*recent, *also)}
        missing = [brief for brief in returning if brief not in found]
        return [*found.values(), *(await self._ledger.items(missing, now)).values()]

    async def due(self, digest: Digest, now: datetime) -> RunDecision:
        """What becomes of a digest whose time has come: missed runs are skipped, the newest is sent."""
        runs = due_runs(digest.schedule, digest.next_at or now, now)
        run_at, skipped = missed(runs, now)
        await self._supersede(digest, now)
        gone = tuple(_run(digest, at, now, RunOutcome.SKIPPED) for at in skipped)
        decision = RunDecision(digest=digest, next_at=next_run(digest.schedule, now), runs=gone)
        if run_at is None:
            return decision
        draft = await self.draft(digest, now)
        deliveries = owed_by(draft, run_at, scheduled_key(digest, run_at))
        outcome = RunOutcome.NOTHING if draft.is_empty else RunOutcome.OWED
        owed = deliveries[0].id if deliveries else ""
        run = _run(digest, run_at, now, outcome, owed)
        return replace(decision, runs=(*gone, run), deliveries=deliveries)

    async def _supersede(self, digest: Digest, now: datetime) -> None:
        """What an older run still owes is skipped before the newer one is decided, which then holds it too.

        In a transaction of its own: what begins to be sent before that counts as sent, and nothing is twice.
        Where another replica has decided this run already, what is owed is this run's, and stays.
        """
        await self._subscriptions.supersede(digest, SUPERSEDED, now)

    async def at_once(self, digest: Digest, now: datetime, unique: str) -> RunDecision:
        """The digest now, under a key of its own; its schedule goes on as it was."""
        draft = await self.draft(digest, now)
        deliveries = owed_by(draft, now, f"digest:{digest.id}:now:{unique}") if not draft.is_empty else ()
        return RunDecision(digest=digest, next_at=digest.next_at, deliveries=deliveries)


def _sent_since(digest: Digest, now: datetime) -> datetime:
    """Since when what this digest may take can have been sent here, also where it got a new date since."""
    if digest.cut_at is None:
        return now - MEMORY
    return min(digest.cut_at - NOTING_TIME, now - max(max_age(digest), STORY_MEMORY))


def scheduled_key(digest: Digest, run_at: datetime) -> str:
    """One digest for each local day."""
    return f"digest:{digest.id}:{local_date(digest.schedule, run_at).isoformat()}"


def thread_id(key: str) -> str:
    """The id of the delivery that holds what a digest's message has no room for, where there is one."""
    return str(uuid5(_NAMESPACE, f"{key}:thread"))


def owed_by(draft: Draft, run_at: datetime, key: str) -> tuple[Delivery, ...]:
    """The deliveries of a draft: its message and, for the rest, a reply; or a line that nothing is new."""
    if draft.is_empty:
        return (_nothing_new(draft, run_at, key),) if draft.digest.says_nothing_new else ()
    choice = draft.choice
    shown = Parts(full=choice.full, also=choice.also)
    main = _delivery(draft, Kind.DIGEST, key, run_at, shown)
    main = replace(main, owed=replace(main.owed, cut_at=draft.now, left=choice.left))
    if not choice.thread and len(choice.full) <= SAFE_FULL:
        return (main,)
    rest = _delivery(draft, Kind.THREAD, f"{key}:thread", run_at, Parts(thread=choice.thread))
    return main, replace(rest, parent=main.id)


def _nothing_new(draft: Draft, run_at: datetime, key: str) -> Delivery:
    notice = _delivery(draft, Kind.NOTICE, f"{key}:nothing", run_at, Parts())
    return replace(notice, owed=replace(notice.owed, text="Nothing new since the last digest."))


def _delivery(draft: Draft, kind: Kind, key: str, run_at: datetime, parts: Parts) -> Delivery:
    chosen = (*parts.full, *parts.also, *parts.thread)
    owed = Owed(
        full=_ids(parts.full),
        also=_ids(parts.also),
        thread=_ids(parts.thread),
        marks={one.item.noted.id: one.mark for one in chosen},
        heats={one.item.noted.id: one.item.noted.heat for one in chosen},
        outlets={one.item.noted.id: one.outlets for one in chosen},
        due_at=run_at,
    )
    return Delivery(
        id=str(uuid5(_NAMESPACE, key)),
        key=key,
        kind=kind,
        to=draft.digest.to,
        subscription=draft.digest.id,
        owed=owed,
        created_at=draft.now,
        expires_at=run_at + EXPIRES_AFTER,
    )


def _ids(chosen: Sequence[Chosen]) -> tuple[int, ...]:
    return tuple(one.item.noted.id for one in chosen)


def _given_up(digest: Digest, sent: Sequence[SentBrief]) -> frozenset[int]:
    """The briefs of this digest's deliveries that were given up: they are owed once more."""
    return frozenset(one.brief for one in sent if one.subscription == digest.id and one.state not in COUNTS)


def _run(digest: Digest, due_at: datetime, now: datetime, outcome: RunOutcome, delivery: str = "") -> Run:
    return Run(digest=digest.id, due_at=due_at, ran_at=now, outcome=outcome, delivery=delivery)
