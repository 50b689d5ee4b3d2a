"""What a delivery says, made at the moment it is sent: the outbox stores what is owed, never blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.domain.delivery import Delivery, State
from bot.domain.message import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """The message as it is now; `gone` are owed briefs that were hidden meanwhile and are not in it."""

    message: Message
    gone: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing:
    """There is nothing to send any more; the delivery ends in `state` (DROPPED, EXPIRED, SKIPPED)."""

    state: State
    reason: str
    gone: tuple[int, ...] = ()


class Content(Protocol):
    """Turns what is owed into a message, inside the claim."""

    async def message(self, delivery: Delivery) -> Rendered | Nothing:
        """The message, with only what is visible now; raises StoreAway and RenderError.

        `Owed.degraded` need not be looked at: the outbox takes images and blocks away by itself. Of a
        delivery that was split only its own half is owed. A NOTICE's `text` is plain words; of Slack's marks
        it may hold a channel's mention, `<#C…>`.
        """
        ...
