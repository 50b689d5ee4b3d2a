"""Who wants what, where and when: the digest of a channel, the alert rule of a person; frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
WEEKDAYS = (0, 1, 2, 3, 4)
DEFAULT_COUNT = 5
MOST_COUNT = 10
DEFAULT_GAP = timedelta(minutes=10)
DEFAULT_MOST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where messages go: a channel, or a person's direct message with the bot; one of the two is empty."""

    team: str = ""
    enterprise: str = ""
    channel: str = ""
    user: str = ""

    @property
    def key(self) -> str:
        """The channel's or person's id: with the team what makes two destinations the same."""
        return self.channel or self.user

    @property
    def is_personal(self) -> bool:
        """True for a direct message."""
        return not self.channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A time of day on some days of the week (0 is Monday), in an IANA time zone."""

    hour: int = 9
    minute: int = 0
    days: tuple[int, ...] = EVERY_DAY
    zone: str = "UTC"

    @property
    def cron(self) -> str:
        """Exactly five fields, for cronsim, whose Sunday is 0."""
        days = "*" if self.days == EVERY_DAY else ",".join(str((day + 1) % 7) for day in self.days)
        return f"{self.minute} {self.hour} * * {days}"

    @property
    def period(self) -> timedelta:
        """The longest time between two runs, in whole days."""
        following = (*self.days[1:], self.days[0] + 7)
        return timedelta(days=max(after - day for day, after in zip(self.days, following, strict=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Hours of the day, in the person's zone, in which nothing is sent; `end` may be on the next day."""

    start: time
    end: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What holds alerts back: quiet hours, messages a local day (None: any number), the pause between two."""

    quiet: Quiet | None = None
    most: int | None = DEFAULT_MOST
    gap: timedelta = DEFAULT_GAP


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A channel's or a person's digest.

    `number` counts from 1 within its destination. `filters` is text in the query language of search.
    `next_at` is None while paused; `paused` says why: empty, `person`, or Slack's code that paused it.
    `cut_at` is the moment up to which the last delivered digest had looked, and `left` are the ledger ids
    that it left over. `revision` grows with every change and every run: writers compare it.
    """

    id: str
    to: Destination
    number: int
    schedule: Schedule
    filters: str = ""
    count: int = DEFAULT_COUNT
    says_nothing_new: bool = False
    owner: str = ""
    created_at: datetime
    next_at: datetime | None = None
    paused: str = ""
    cut_at: datetime | None = None
    left: tuple[int, ...] = ()
    revision: int = 0


class RunOutcome(StrEnum):
    """What came of one due run: a delivery is owed, nothing was new, or it was missed and skipped."""

    OWED = "owed"
    NOTHING = "nothing new"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a digest, due at `due_at`, decided at `ran_at`; `delivery` is empty unless OWED."""

    digest: str
    due_at: datetime
    ran_at: datetime
    outcome: RunOutcome
    delivery: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule:
    """A person's alert rule; one for each person and workspace.

    `cursor` is the number of the last change of the ledger that was looked at. `changed_at` is when it was
    made or last changed. `zone` is the IANA zone of its quiet hours and days. `revision` as in `Digest`.
    """

    id: str
    to: Destination
    filters: str = ""
    limits: Limits = Limits()
    zone: str = "UTC"
    created_at: datetime
    changed_at: datetime
    paused: str = ""
    cursor: int = 0
    revision: int = 0


class MuteKind(StrEnum):
    """What a person does not want to hear of."""

    STORY = "story"
    TOPIC = "topic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """A story (`key`: a ledger id of a brief of it) or a topic (`key`: its casefolded name) kept silent.

    `label` is what a person sees: the brief's title or the topic's name.
    """

    kind: MuteKind
    key: str
    label: str
    at: datetime


class HoldReason(StrEnum):
    """Why a match waits for the bundle."""

    QUIET = "quiet hours"
    GAP = "gap"
    MOST = "max"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A brief that waits in a person's one list; `at` is when it was held back, `why` what held it first."""

    brief: int
    why: HoldReason
    at: datetime
