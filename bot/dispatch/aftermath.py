"""What went wrong with a digest last, and what holds alerts back, in words for its reader."""

from __future__ import annotations

from bot.domain.delivery import Delivery, Kind, State
from bot.domain.owed import Outbox
from bot.domain.subscription import Digest, HoldReason

LOOKED_AT = 50
"""Deliveries of a place among which the last one of a digest is looked for."""

HELD_BY = {
    HoldReason.QUIET: "your quiet hours",
    HoldReason.GAP: "the pause between two alerts",
    HoldReason.MOST: "the most messages of a day",
}
_ENDED = {
    State.FAILED: "The last one could not be sent: {reason}.",
    State.EXPIRED: "The last one expired: {reason}.",
    State.DROPPED: "The last one was not sent: {reason}.",
    State.HELD: "The last one may or may not have arrived: {reason}.",
}


async def problem_of(outbox: Outbox, digest: Digest) -> str:
    """What became of a digest's last delivery, as a sentence; empty where it arrived or is on its way."""
    found = await outbox.find(to=digest.to, limit=LOOKED_AT)
    last = next((one for one in found if _is_of(one, digest)), None)
    if last is None or last.state not in _ENDED:
        return ""
    return _ENDED[last.state].format(reason=last.reason or "no reason is known")


def _is_of(one: Delivery, digest: Digest) -> bool:
    return one.subscription == digest.id and one.kind is Kind.DIGEST and one.state is not State.SKIPPED
