"""Looking for an uncertain delivery before it is posted again.

Only a whole, answered look that shows no message with the delivery's id lets it be posted. A look that Slack
puts off or that breaks decides nothing: taking it for "not there" was the one bug that doubled messages.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.dispatch.outbox.gates import Gates
from bot.dispatch.outbox.values import Lease, Ports, Timing
from bot.domain.delivery import Receipt
from bot.domain.owed import Address, Claimed
from bot.errors import Rejected, RetryLater, SendError, Uncertain
from bot.telemetry import DeliveryReconciled

MARGIN = timedelta(seconds=30)
"""How far Slack's clock and the database's may differ."""

_NO_THREAD = "thread_not_found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """It had arrived."""

    receipt: Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """It had not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """Slack did not say; ask again in `seconds`, or (None) after a pause of our own."""

    code: str
    seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """The bot may not, or cannot, look there."""

    code: str


Look = Found | Missing | Unanswered | Unreadable


def address_of(claimed: Claimed) -> Address:
    """Where a claimed delivery goes: the known channel, else the person's id."""
    to = claimed.delivery.to
    return Address(
        team=to.team,
        enterprise=to.enterprise,
        channel=claimed.channel or to.key,
        thread_ts=claimed.thread_ts,
    )


class Opener:
    """Opens first direct messages, and keeps their channel before anything is posted there."""

    def __init__(self, ports: Ports, timing: Timing, gates: Gates) -> None:
        self._ports = ports
        self._timing = timing
        self._gates = gates

    async def opened(self, claimed: Claimed) -> Claimed:
        """The claim with its channel known; raises SendError and StoreAway."""
        to = claimed.delivery.to
        if claimed.channel or not to.is_personal:
            return claimed
        if wait := self._gates.wait(to.team, "open"):
            raise RetryLater("Slack asked to wait.", seconds=wait, code="ratelimited")
        try:
            async with asyncio.timeout(self._timing.http):
                channel = await self._ports.sender.open(to.team, to.enterprise, to.user)
        except TimeoutError as error:
            raise Uncertain("Opening a direct message took too long.", code="timeout") from error
        except RetryLater as error:
            self._gates.heed(to.team, "open", error)
            raise
        await self._ports.outbox.keep_channel(claimed.lane, channel)
        return replace(claimed, channel=channel)


class Reconciler:
    """Asks history, or a thread's replies, for a delivery."""

    def __init__(self, ports: Ports, timing: Timing, gates: Gates, opener: Opener) -> None:
        self._ports = ports
        self._timing = timing
        self._gates = gates
        self._opener = opener

    async def look(self, claimed: Claimed, lease: Lease) -> Look:
        """What Slack's history says; raises StoreAway."""
        look = await self._look(claimed, lease)
        self._ports.hook(DeliveryReconciled(outcome=type(look).__name__.lower()))
        return look

    async def _look(self, claimed: Claimed, lease: Lease) -> Look:
        try:
            receipt = await self._find(await self._opener.opened(claimed), lease)
        except RetryLater as error:
            return Unanswered(code=error.code, seconds=None if error.code == "unreachable" else error.seconds)
        except Rejected as error:  # where the thread is gone, a post will be refused and so cannot double
            return Missing() if error.code == _NO_THREAD else Unreadable(code=error.code or "unknown")
        except SendError as error:
            return Unanswered(code=error.code, seconds=None)
        return Found(receipt=receipt) if receipt else Missing()

    async def _find(self, claimed: Claimed, lease: Lease) -> Receipt | None:
        team, method = claimed.delivery.to.team, "replies" if claimed.thread_ts else "history"
        if wait := self._gates.wait(team, method):
            raise RetryLater("Slack asked to wait.", seconds=wait, code="ratelimited")
        oldest, latest = self._window(claimed)
        try:
            async with asyncio.timeout_at(lease.until):
                return await self._ports.sender.find(
                    address_of(claimed), claimed.delivery.id, oldest=oldest, latest=latest
                )
        except TimeoutError as error:
            raise Uncertain("Reading history took too long.", code="timeout") from error
        except RetryLater as error:
            self._gates.heed(team, method, error)
            raise

    def _window(self, claimed: Claimed) -> tuple[datetime, datetime]:
        """From the first try to the last moment at which a try may have arrived, in the workspace's time.

        A try begins at any moment of its lease. Messages carry calendar time, which preview shifts.
        """
        now = self._ports.real.now()
        shift = self._ports.clock.now() - now
        first, last = claimed.first_send_at or now - timedelta(days=1), claimed.last_send_at or now
        end = last + timedelta(seconds=self._timing.lease + self._timing.http)
        return first - MARGIN + shift, end + MARGIN + shift
