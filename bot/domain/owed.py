"""What `dispatch/` needs from outside, as Protocols: the ledger, subscriptions, the outbox, a sender.

Calendar times come in as `now`; real time (leases, pacing) is the database's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.delivery import Delivery, Receipt, State
from bot.domain.ledger import Change, Item, Noted, SentBrief
from bot.domain.message import Message
from bot.domain.subscription import AlertRule, Destination, Digest, Held, Mute, Run


class Ledger(Protocol):
    """What is remembered of briefs; raises StoreAway."""

    async def note(self, now: datetime) -> int:
        """Bring the ledger up to the index: new briefs, grown ones, stories; how many changes that were.

        Safe beside other replicas and after a crash anywhere.
        """
        ...

    async def next_visible_at(self, now: datetime) -> datetime | None:
        """When the next brief of the future becomes visible; None where none is known."""
        ...

    async def latest_change(self) -> int:
        """The number of the newest change; 0 where there is none."""
        ...

    async def changes(self, after: int, limit: int = 1_000) -> list[Change]:
        """Changes with higher numbers, oldest first."""
        ...

    async def items(self, ids: Sequence[int], now: datetime) -> dict[int, Item]:
        """Those of these briefs that are visible now."""
        ...

    async def recent(
        self, now: datetime, *, published_since: datetime, visible_since: datetime | None = None
    ) -> list[Item]:
        """Visible briefs published at or after a moment and, with `visible_since`, visible after one."""
        ...

    async def noted(self, ids: Sequence[int]) -> dict[int, Noted]:
        """These briefs as last noted, hidden and gone ones too."""
        ...

    async def noted_slug(self, slug: str) -> Noted | None:
        """The brief with this slug as last noted."""
        ...

    async def sent_to(self, to: Destination, *, since: datetime) -> list[SentBrief]:
        """Briefs of all deliveries to a destination decided at or after `since`, whatever their state."""
        ...

    async def stories_of(self, ids: Sequence[int]) -> dict[int, int]:
        """The present story of each brief."""
        ...

    async def story_members(self, stories: Sequence[int]) -> dict[int, tuple[int, ...]]:
        """The briefs of each story, oldest first."""
        ...

    async def change_times(self, since: datetime) -> list[datetime]:
        """When briefs became visible or grew at or after a moment, each hour at most once, oldest first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDecision:
    """What one look at a due digest came to; `digest` is as it was read, its revision is compared.

    `runs` are recorded, `deliveries` enqueued (a key that is there already changes nothing), `next_at` set.
    """

    digest: Digest
    next_at: datetime | None
    runs: tuple[Run, ...] = ()
    deliveries: tuple[Delivery, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertDecision:
    """What a look at a rule came to; `rule` is as it was read, its revision is compared.

    `seen` and `held` are added, `unheld` leave the list (into a delivery of this decision, or expired).
    """

    rule: AlertRule
    cursor: int
    seen: tuple[int, ...] = ()
    held: tuple[Held, ...] = ()
    unheld: tuple[int, ...] = ()
    expired: tuple[int, ...] = ()
    deliveries: tuple[Delivery, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleState:
    """A rule with all that its decisions need.

    `messages` are the rule's deliveries (alerts, bundles, escalations) of the last 3 days, oldest first;
    `expired` the briefs whose hold expired, with the moment.
    """

    rule: AlertRule
    seen: frozenset[int] = frozenset()
    held: tuple[Held, ...] = ()
    expired: Mapping[int, datetime] | None = None
    messages: tuple[Delivery, ...] = ()
    mutes: tuple[Mute, ...] = ()


class Subscriptions(Protocol):
    """Digests, alert rules, mutes; raises StoreAway. A decision is one transaction.

    `save_…`, `commit_…` and `remove_…` compare revisions: False where somebody else was first, and then
    nothing was written.
    """

    async def digests(self, to: Destination) -> list[Digest]:
        """The digests of a destination, by number."""
        ...

    async def digest(self, digest: str) -> Digest | None:
        """One digest."""
        ...

    async def all_digests(self) -> list[Digest]:
        """Every digest, soonest first, paused ones last."""
        ...

    async def add_digest(self, digest: Digest) -> Digest:
        """Keep a new one; it gets the lowest free number of its destination."""
        ...

    async def save_digest(self, digest: Digest) -> bool:
        """Write a changed one (`revision` is that it was read with)."""
        ...

    async def remove_digest(self, digest: str) -> bool:
        """Forget it; its unsent deliveries are dropped."""
        ...

    async def due_digests(self, now: datetime, limit: int = 100) -> list[Digest]:
        """Digests whose `next_at` has come, the longest due first."""
        ...

    async def next_run_at(self) -> datetime | None:
        """The earliest `next_at` of all."""
        ...

    async def runs(self, digest: str, limit: int = 10) -> list[Run]:
        """The newest runs first."""
        ...

    async def commit_run(self, decision: RunDecision) -> bool:
        """Write what was decided, in one transaction."""
        ...

    async def supersede(self, digest: Digest, reason: str, now: datetime) -> int:
        """Skip what earlier runs of a digest still owe and nobody began to send; how many deliveries.

        Nothing where it was run or changed since it was read: what is owed then is newer.
        """
        ...

    async def rule(self, to: Destination) -> AlertRule | None:
        """A person's rule."""
        ...

    async def save_rule(self, rule: AlertRule, seen: Sequence[int] = ()) -> bool:
        """Make (revision 0 where there is none yet) or change a rule; record as seen what matches now."""
        ...

    async def remove_rule(self, to: Destination) -> bool:
        """Forget the rule, what it saw and holds; its unsent deliveries are dropped."""
        ...

    async def rules_behind(self, number: int, limit: int = 200) -> list[RuleState]:
        """Active rules whose cursor is below `number`, with their state."""
        ...

    async def rules_holding(self, limit: int = 1_000, after: str = "") -> list[RuleState]:
        """Active rules that hold briefs back, by id, with their state."""
        ...

    async def rule_state(self, to: Destination) -> RuleState | None:
        """One person's rule with its state, paused or not."""
        ...

    async def commit_alerts(self, decisions: Sequence[AlertDecision]) -> int:
        """Write decisions in one transaction; how many were first (others are left out)."""
        ...

    async def mutes(self, to: Destination) -> list[Mute]:
        """What a person muted, newest first."""
        ...

    async def mute(self, to: Destination, mute: Mute) -> None:
        """Mute; once more changes nothing. What is held of it leaves the list."""
        ...

    async def unmute(self, to: Destination, mute: Mute) -> None:
        """Hear of it again."""
        ...

    async def pause_all(self, to: Destination, code: str) -> list[str]:
        """Pause every active subscription of a destination for Slack's `code`; owners to tell, each once.

        An owner is a user id; a person's own rule or digest has nobody to tell.
        """
        ...

    async def places(self, key: str) -> list[Destination]:
        """Where a channel's or person's id is known, in whichever workspace: subscribed or sent to."""
        ...

    async def forget_person(self, team: str, user: str) -> int:
        """Forget rule, mutes, personal digests, ownership and unsent deliveries; how many subscriptions."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A delivery taken for sending, under a lease of its lane.

    `uncertain`: an earlier try may have arrived between `first_send_at` and `last_send_at` (real time).
    `channel` is the known Slack channel (empty: a direct message never opened), `thread_ts` the parent's.
    `epoch` proves the lease when it is settled.
    """

    delivery: Delivery
    lane: str
    epoch: int
    uncertain: bool = False
    first_send_at: datetime | None = None
    last_send_at: datetime | None = None
    channel: str = ""
    thread_ts: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of a claimed delivery.

    `state` PENDING or SENDING: to be tried again `wait` later. `gate`: nothing else of this lane before that
    (Retry-After); `team_gate`: nothing of the whole workspace. `more` are deliveries that this one calls for
    (a split part, a notice). `gone` are briefs that were hidden meanwhile and are not in the message.
    `owed` replaces what is owed (a degraded or halved message).
    """

    claimed: Claimed
    state: State
    reason: str = ""
    receipt: Receipt | None = None
    wait: timedelta = timedelta()
    gate: timedelta = timedelta()
    team_gate: timedelta = timedelta()
    more: tuple[Delivery, ...] = ()
    gone: tuple[int, ...] = ()
    owed: Delivery | None = None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """The outbox at a glance: how many deliveries in which state, and the oldest that is due.

    `oldest_at` is a calendar time.
    """

    counts: Mapping[State, int]
    oldest_at: datetime | None = None


class Outbox(Protocol):
    """The table of deliveries; raises StoreAway. Real time is the database's."""

    async def enqueue(self, deliveries: Sequence[Delivery]) -> int:
        """Owe these; a key that is there already changes nothing. How many were new."""
        ...

    async def claim(self, slots: int, owner: str, lease: timedelta) -> list[Claimed]:
        """Take up to so many due deliveries, one a lane, fairly over workspaces."""
        ...

    async def settle(self, results: Sequence[Settled], pace: timedelta) -> None:
        """Write many results in one transaction, and let go of their lanes; `pace` is the lane's pause.

        Where the lease was lost only a success is still written.
        """
        ...

    async def keep_channel(self, lane: str, channel: str) -> None:
        """Remember a direct message's channel before anything is posted there."""
        ...

    async def take_over(self, settle: timedelta) -> int:
        """Only where no other process can run (SQLite under its lock): end all leases after `settle`."""
        ...

    async def seconds_until_due(self) -> float | None:
        """How long until something can be claimed; 0 for now, None for never."""
        ...

    async def backlog(self, team: str = "", to: Destination | None = None) -> Backlog:
        """Counts, of one workspace or destination where asked."""
        ...

    async def find(
        self, *, states: Sequence[State] = (), to: Destination | None = None, limit: int = 100
    ) -> list[Delivery]:
        """Deliveries, newest first."""
        ...

    async def delivery(self, delivery: str) -> Delivery | None:
        """One delivery."""
        ...

    async def release(self, delivery: str, now: datetime, *, send: bool) -> bool:
        """Send (again) or drop a HELD delivery; False where it is held no more."""
        ...

    async def prune(self, now: datetime, *, deliveries: timedelta, memory: timedelta) -> int:
        """Forget settled deliveries older than `deliveries`, and what was sent older than `memory`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where exactly a message goes: `channel` is a channel's or direct message's id, or a user's id."""

    team: str
    enterprise: str
    channel: str
    thread_ts: str = ""


class Sender(Protocol):
    """Slack, as the outbox needs it; each call is tried once. Raises RetryLater, Rejected, Uncertain."""

    async def post(
        self, to: Address, message: Message, delivery: str, *, until: float | None = None
    ) -> Receipt:
        """Post with the delivery's id; after `until` (the loop's time) nothing leaves: Uncertain."""
        ...

    async def find(self, to: Address, delivery: str, *, oldest: datetime, latest: datetime) -> Receipt | None:
        """The message with this delivery's id, from history or, in a thread, from replies."""
        ...

    async def open(self, team: str, enterprise: str, user: str) -> str:
        """The channel of the direct message with a person."""
        ...
