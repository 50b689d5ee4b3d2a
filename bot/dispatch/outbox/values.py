"""What the parts of the outbox worker share: its ports, its times, a lease that runs out."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, Protocol

from bot.clock import SystemClock
from bot.dispatch.content import Content
from bot.domain.delivery import Kind
from bot.domain.owed import Outbox, Sender
from bot.domain.ports import Clock
from bot.domain.subscription import Destination, Digest
from bot.telemetry import Hook

FIRST_BACKOFF_SECONDS = 1.0


class Pausing(Protocol):
    """The part of `bot.domain.owed.Subscriptions` that a refusal needs."""

    async def digests(self, to: Destination) -> Sequence[Digest]:
        """The digests of a destination."""
        ...

    async def pause_all(self, to: Destination, code: str) -> Sequence[str]:
        """Pause what is subscribed there; the owners to tell."""
        ...


Policy = Callable[[str, Kind], Literal["hold", "resend"]]
"""From a workspace's id and a kind to what is done with an uncertain delivery that cannot be looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """What the worker works with.

    `clock` is calendar time (`preview --now` shifts it, and the workspace's messages with it), `real` is
    the machine's. `policy` decides where history may not be read.
    """

    outbox: Outbox
    sender: Sender
    content: Content
    subscriptions: Pausing
    clock: Clock
    policy: Policy
    hook: Hook
    real: Clock = field(default_factory=SystemClock)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Seconds of real time. A lease is longer than `http` and `settle` together (contract section 7).

    `http` is the longest a request takes, `settle` how long after a broken one its message may still
    appear, `pace` the pause between two messages of a lane.
    """

    lease: float = 60.0
    http: float = 15.0
    settle: float = 20.0
    pace: float = 1.1

    @property
    def posting(self) -> float:
        """What has to be left of a lease for a post to begin.

        Should this process die meanwhile, nobody else looks for the message before it had time to appear.
        """
        return self.http + self.settle

    def backoff(self, attempts: int) -> float:
        """The pause before another try; it doubles up to a lease, so that an outage is over soon after it."""
        longest = FIRST_BACKOFF_SECONDS * float(2 ** min(max(attempts - 1, 0), 10))
        return min(longest, self.lease) * random.uniform(0.5, 1.0)  # noqa: S311 -- it spreads tries, no secret


class Lease:
    """How long a claim is ours, by a clock that was read before the claim was asked for."""

    def __init__(self, started: float, seconds: float) -> None:
        self._until = started + seconds

    @property
    def until(self) -> float:
        """The end, in the event loop's time."""
        return self._until

    @property
    def left(self) -> float:
        """Seconds left; below zero once it is over."""
        return self._until - asyncio.get_running_loop().time()


def seconds(number: float) -> timedelta:
    """A span of so many seconds."""
    return timedelta(seconds=number)
