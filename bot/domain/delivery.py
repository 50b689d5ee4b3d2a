"""What is owed to somebody: one delivery is one message with one id for ever; frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.subscription import Destination

EVENT_TYPE = "newsbrief_delivery"
"""The `event_type` of every posted message's metadata; its payload holds `delivery_id`."""


class Kind(StrEnum):
    """What a delivery is: each is one `chat.postMessage`."""

    DIGEST = "digest"
    THREAD = "digest thread"  # what a digest left out, as a reply under it
    ALERT = "alert"
    BUNDLE = "bundle"  # what was held back, in one message
    ESCALATION = "escalation"  # a reply under the alert it follows
    PART = "part"  # the second half of a message that was too long, as a reply
    NOTICE = "notice"  # a sentence for an owner


class State(StrEnum):
    """Where a delivery stands. SENDING means that it may have been sent; the last five never change again.

    HELD waits for a person: it may have arrived, and history may not be read there.
    """

    PENDING = "pending"
    SENDING = "sending"
    HELD = "held"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"
    EXPIRED = "expired"
    SKIPPED = "skipped"


OPEN = (State.PENDING, State.SENDING, State.HELD)
COUNTS = (*OPEN, State.SENT)
"""States in which the briefs of a delivery count as sent there."""


class Mark(StrEnum):
    """Why a brief stands in a digest or an escalation."""

    NEW = "new"
    RISING = "rising"
    UPDATE = "update"


class Role(StrEnum):
    """How a delivery shows a brief; all of them count as sent."""

    FULL = "full"
    ALSO = "also"  # one line under "Also notable"
    THREAD = "thread"
    ALERT = "alert"
    HELD = "held"  # one of a bundle


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What a delivery owes: which briefs (ledger ids), for which window; never blocks.

    `heats` and `outlets` are those of each brief when it was decided. `due_at` is a digest's run, and
    `cut_at` the moment up to which it looked; `left` is what it left over. `text` is a notice's sentence,
    what held a bundle back, or the heat and outlets that an escalation's reader was told before (`142 9`).
    `degraded` grows with each refusal: 1 without images, 2 in plain text.
    """

    full: tuple[int, ...] = ()
    also: tuple[int, ...] = ()
    thread: tuple[int, ...] = ()
    marks: Mapping[int, Mark] = field(default_factory=dict)
    heats: Mapping[int, int] = field(default_factory=dict)
    outlets: Mapping[int, int] = field(default_factory=dict)
    due_at: datetime | None = None
    cut_at: datetime | None = None
    left: tuple[int, ...] = ()
    text: str = ""
    degraded: int = 0

    @property
    def briefs(self) -> tuple[int, ...]:
        """Every brief of this message itself, in order."""
        return (*self.full, *self.also, *self.thread)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Slack's word that a message stands: its channel and its `ts`."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One owed message.

    `key` makes it owed once (contract section 7), `parent` is the id of the delivery in whose thread it
    belongs. `created_at` and `expires_at` are calendar times (`preview --now` shifts them); what the outbox
    times by (leases, pacing, tries) is real time and not here. `reason` says why it is held, failed, dropped.
    """

    id: str
    key: str
    kind: Kind
    to: Destination
    subscription: str = ""
    owed: Owed = Owed()
    parent: str = ""
    state: State = State.PENDING
    reason: str = ""
    receipt: Receipt | None = None
    attempts: int = 0
    created_at: datetime
    expires_at: datetime
    settled_at: datetime | None = None
