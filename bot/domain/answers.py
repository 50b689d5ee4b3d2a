"""What is shown of digests, alerts and reasons, as values with every decision made; `render/` words them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.brief import Brief
from bot.domain.delivery import Mark
from bot.domain.subscription import AlertRule, Digest, Mute, Run


class ZoneSource(StrEnum):
    """Where a time zone came from; the answer to a subscription says which."""

    TYPED = "as typed"
    PERSON = "from your Slack profile"
    DEFAULT = "this bot's default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who asks, from where, and in which zone (IANA name)."""

    team: str = ""
    enterprise: str = ""
    channel: str = ""
    user: str = ""
    zone: str = "UTC"
    zone_source: ZoneSource = ZoneSource.DEFAULT
    is_admin: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A brief in a digest or bundle; `outlets` are the other outlets of its story."""

    brief: Brief
    mark: Mark | None = None
    outlets: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One digest, ready to be worded.

    `at` is its run in UTC and `zone` where its date is local. `late` is true where it comes well after its
    run; `is_preview` where only the asker sees it. `rule` is its schedule and filters in words for the
    footer, `command` what is typed to see its settings. `more` were left over for the next one.
    With a single piece in all it is one card without header and summary.
    """

    at: datetime
    zone: str
    full: tuple[Piece, ...] = ()
    also: tuple[Piece, ...] = ()
    thread: tuple[Piece, ...] = ()
    more: int = 0
    late: bool = False
    is_preview: bool = False
    is_personal: bool = False
    rule: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicShare:
    """A topic with the share of the newest 30 days' visible briefs that it holds, from 0 to 1."""

    name: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert, ready to be worded.

    `line` is the least heat that the rule asks for, None where it asks for none. `brief_id` is the ledger's.
    `topics` may be muted (none holds more than half). `old_heat`, `old_outlets` are those of the message that
    an escalation follows, else None.
    """

    piece: Piece
    brief_id: int
    line: int | None = None
    topics: tuple[TopicShare, ...] = ()
    old_heat: int | None = None
    old_outlets: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What was held back, hottest first, and by what in words ("quiet hours")."""

    pieces: tuple[Piece, ...]
    reason: str
    more: int = 0


class Done(StrEnum):
    """What was done to a subscription, as the answer begins."""

    SHOWN = ""
    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "as it was"
    PAUSED = "paused"
    RESUMED = "resumed"
    REMOVED = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPage:
    """A digest as its settings show it.

    `schedule` and `understood` are the rule in words ("every day at 09:00, Europe/Berlin"; "topic AI, heat
    over 100", empty without filters), `typed` the rule as it would be typed. `paused` is a sentence, empty
    where it runs. `runs` are the newest first; `problem` says what went wrong last, empty for nothing.
    """

    digest: Digest
    done: Done = Done.SHOWN
    schedule: str
    understood: str = ""
    typed: str = ""
    zone_source: ZoneSource | None = None
    paused: str = ""
    problem: str = ""
    runs: tuple[Run, ...] = ()
    is_personal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPage:
    """A rule as its settings show it.

    `would` are the alerts that it would have sent in the newest `days` days that the folder has, up to
    `until`, hottest first, and `would_count` how many in all. `before` is the text of the rule that this one
    replaced, None where nothing can be undone, empty where there was none.
    """

    rule: AlertRule | None
    done: Done = Done.SHOWN
    understood: str = ""
    limits: str = ""
    typed: str = ""
    zone_source: ZoneSource | None = None
    paused: str = ""
    problem: str = ""
    would: tuple[Piece, ...] = ()
    would_count: int = 0
    days: int = 7
    until: datetime | None = None
    held: tuple[Piece, ...] = ()
    held_until: datetime | None = None
    held_reason: str = ""
    expired: int = 0
    mutes: tuple[Mute, ...] = ()
    before: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One of the three thresholds to choose from: what it is called, the rule's text, what it gave.

    `count` is how many alerts it would have sent in the newest 30 days that the folder has.
    """

    name: str
    typed: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertOffer:
    """The choice of a threshold; `is_quiet` is true where the folder brings less than three a week."""

    proposals: tuple[Proposal, ...]
    understood: str = ""
    days: int = 30
    until: datetime | None = None
    is_quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage of a verdict: what was looked at, whether the brief passed, and the finding in words.

    `passed` None is a plain fact. `at` is a moment that the words speak of.
    """

    name: str
    passed: bool | None
    words: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Why a brief was or was not sent to one destination: `reason` is a short code, `words` the sentence."""

    title: str
    slug: str
    destination: str
    reason: str
    words: str
    at: datetime | None = None
    stages: tuple[Stage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """Why today brought what it brought: how many were seen and where each fell out, largest first."""

    subscription: str
    since: datetime
    seen: int
    sent: int
    steps: tuple[tuple[str, int], ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldDelivery:
    """A message that may have arrived and waits for a person's word."""

    id: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedStatus:
    """What `/news status` says of digests, alerts and deliveries: sentences, and held ones with buttons."""

    sentences: Sequence[str] = ()
    held: tuple[HeldDelivery, ...] = ()
