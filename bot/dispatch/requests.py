"""What somebody asks of digests and alerts, as values; `bot.dispatch.reading` makes them from typed text."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.subscription import DEFAULT_COUNT, Limits, Schedule

DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestRequest:
    """A digest to make or change.

    `zone_typed` tells whether the schedule's zone was typed or is the asker's. `filters` is text in the
    query language of search. `count_typed` is no part of what is asked: it lets a change keep the old count.
    """

    schedule: Schedule
    zone_typed: bool = False
    filters: str = ""
    count: int = DEFAULT_COUNT
    count_typed: bool = field(default=False, compare=False)


class DigestAction(StrEnum):
    """What can be done with digests that are there."""

    SHOW = "show"
    PREVIEW = "preview"
    NOW = "now"
    PAUSE = "pause"
    RESUME = "resume"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestOrder:
    """An action, and the number of the digest it is for; None where none was typed."""

    action: DigestAction
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRequest:
    """An alert rule to make or change.

    `has_threshold` is true where a `heat:` filter is among the filters; without one three are offered.
    `limits_typed` (`quiet`, `max`, `gap`) is no part of what is asked: it lets a change keep other limits.
    """

    filters: str = ""
    limits: Limits = DEFAULT_LIMITS
    has_threshold: bool = False
    limits_typed: frozenset[str] = field(default=frozenset(), compare=False)


class AlertAction(StrEnum):
    """What can be done with a rule that is there."""

    SHOW = "show"
    PAUSE = "pause"
    RESUME = "resume"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertOrder:
    """An action on the person's one rule."""

    action: AlertAction
