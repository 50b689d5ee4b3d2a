"""What the ledger remembers of briefs: when each became visible, its story, what was sent of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.brief import Brief
from bot.domain.delivery import Kind, Receipt, Role, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A brief as the ledger last noted it.

    `id` stays through renaming, deleting and coming back (contract section 7, "New"). `visible_at` is set
    once. `story` is the id of the story's oldest brief. `outlets` are the distinct other domains of the
    brief's own related coverage.
    """

    id: int
    slug: str
    title: str
    visible_at: datetime
    published_at: datetime
    story: int
    heat: int
    quality: int | None
    provider: str
    outlets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A noted brief with its present value from the index; only visible ones are items."""

    noted: Noted
    brief: Brief


class ChangeKind(StrEnum):
    """What happened to a brief: it became visible for the first time, or its heat or coverage grew."""

    VISIBLE = "visible"
    GREW = "grew"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One noted change, numbered in order; `old_heat` is the heat before (for VISIBLE the present one)."""

    number: int
    brief: int
    kind: ChangeKind
    old_heat: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBrief:
    """A brief in a delivery, with its story as it is now and its numbers when it was decided.

    `at` is when the delivery was decided, in calendar time; `parent` is that in whose thread it belongs.
    """

    brief: int
    story: int
    role: Role
    heat: int
    outlets: int
    at: datetime
    delivery: str
    kind: Kind
    state: State
    reason: str = ""
    subscription: str = ""
    receipt: Receipt | None = None
    parent: str = ""
