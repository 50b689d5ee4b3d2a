"""What goes wrong at the sink: chances by method, drawn from a seed so that a run can be repeated.

A draw depends on the seed, the method, the channel and how many calls came there before, so that the order in
which calls of different channels arrive does not change what happens to each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Any


class Fault(StrEnum):
    """One way in which a call fails. BEFORE: nothing was taken. AFTER: it was, and the caller is not told."""

    LIMITED = "limited"  # 429 with Retry-After
    ERROR_BEFORE = "error_before"
    ERROR_AFTER = "error_after"
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    HANG_BEFORE = "hang_before"
    HANG_AFTER = "hang_after"
    SLOW = "slow"  # taken up to SLOWEST_SECONDS later, whether or not the caller still lives


BEFORE = frozenset({Fault.LIMITED, Fault.ERROR_BEFORE, Fault.DROP_BEFORE, Fault.HANG_BEFORE})
SLOWEST_SECONDS = 0.8
HANG_SECONDS = 30.0
LONGEST_RETRY_AFTER = 2
"""Seconds. A bot that is killed between our 429 and writing it down cannot know of it; what it posts next is
at least a start and the settle time later, which is longer."""


class History(StrEnum):
    """How conversations.history and .replies answer where nothing fails."""

    HONEST = "honest"
    EMPTY = "empty"  # a lie: as if nothing had ever been posted
    REFUSED = "refused"  # missing_scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """What happens to one call."""

    fault: Fault | None = None
    retry_after: int = 0
    delay: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """Chances from 0 to 1 by method (`chat.postMessage`, …) and fault, and the manner of history."""

    chances: Mapping[str, Mapping[Fault, float]] = field(default_factory=dict)
    history: History = History.HONEST

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Faults:
        """From `{"history": "honest", "chances": {"chat.postMessage": {"limited": 0.05}}}`."""
        chances = {
            method: {Fault(name): float(chance) for name, chance in row.items()}
            for method, row in data.get("chances", {}).items()
        }
        for method, row in chances.items():
            if min(row.values(), default=0) < 0 or sum(row.values()) > 1:
                raise ValueError(f"the chances of {method} are not between 0 and 1 together")
        return cls(chances=chances, history=History(data.get("history", History.HONEST)))

    def to_json(self) -> dict[str, Any]:
        """What `of_json` reads."""
        return {"history": self.history, "chances": {name: dict(row) for name, row in self.chances.items()}}

    def draw(self, seed: int, method: str, channel: str, number: int) -> Draw:
        """What happens to the `number`th call of a method in a channel."""
        random = Random(f"{seed}:{method}:{channel}:{number}")
        left = random.random()
        for fault, chance in self.chances.get(method, {}).items():
            left -= chance
            if left < 0:
                return Draw(
                    fault=fault,
                    retry_after=random.randint(1, LONGEST_RETRY_AFTER) if fault is Fault.LIMITED else 0,
                    delay=random.uniform(0, SLOWEST_SECONDS) if fault is Fault.SLOW else 0.0,
                )
        return Draw()


QUIET = Faults()
"""Nothing fails and history tells the truth."""
