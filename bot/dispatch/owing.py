"""The door to this room for people: digests, alerts, reasons, held messages, forgetting; each answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.dispatch.digests import Digests
from bot.dispatch.places import destination_of, person_of
from bot.dispatch.requests import AlertOrder, DigestOrder, DigestRequest, RuleRequest
from bot.dispatch.rules import Rules
from bot.dispatch.standing import Standing
from bot.dispatch.why import Why
from bot.domain.answers import OwedStatus, Visitor
from bot.domain.message import Message
from bot.domain.owed import Outbox, Subscriptions
from bot.domain.ports import Clock
from bot.render import Renderer


@dataclass(frozen=True, slots=True, kw_only=True)
class Owing:
    """Everything about what is owed that somebody may ask for; every answer is for the asker alone.

    `wake` is called after what may make something due. Raises QueryError, UsageError and StoreAway.
    """

    digests: Digests
    rules: Rules
    reasons: Why
    standing: Standing
    subscriptions: Subscriptions
    outbox: Outbox
    renderer: Renderer
    clock: Clock
    wake: Any

    async def set_digest(self, visitor: Visitor, request: DigestRequest) -> Message:
        """A digest as typed."""
        return await self._woken(await self.digests.set(visitor, request))

    async def order_digest(self, visitor: Visitor, order: DigestOrder, digest: str = "") -> Message:
        """Show, preview, send now, pause, resume or end a digest, by number or by a button's id."""
        return await self._woken(await self.digests.order(visitor, order, digest))

    async def say_nothing_new(self, visitor: Visitor, digest: str) -> Message:
        """Say, or no longer say, that nothing is new."""
        return await self.digests.say_nothing_new(visitor, digest)

    async def digest_form(self, visitor: Visitor, digest: str) -> dict[str, Any] | Message:
        """The dialog with a digest's rule, or that it is gone."""
        return await self.digests.form(visitor, digest)

    async def change_digest(self, visitor: Visitor, digest: str, request: DigestRequest) -> Message:
        """One digest as typed anew."""
        return await self._woken(await self.digests.change(visitor, digest, request))

    async def set_rule(self, visitor: Visitor, request: RuleRequest, text: str) -> Message:
        """An alert rule as typed, or three to choose from."""
        return await self._woken(await self.rules.set(visitor, request, text))

    async def order_alerts(self, visitor: Visitor, order: AlertOrder) -> Message:
        """Show, pause, resume or end the asker's rule."""
        return await self._woken(await self.rules.order(visitor, order))

    async def undo_rule(self, visitor: Visitor, before: str) -> Message:
        """Back to the rule before."""
        return await self.rules.undo(visitor, before)

    async def alert_form(self, visitor: Visitor) -> dict[str, Any] | Message:
        """The dialog with the asker's rule."""
        return await self.rules.form(visitor)

    async def mute_story(self, visitor: Visitor, brief: int) -> Message:
        """Nothing more of this story."""
        return await self.rules.mute_story(visitor, brief)

    async def mute_topic(self, visitor: Visitor, topic: str) -> Message:
        """Nothing more of this topic."""
        return await self.rules.mute_topic(visitor, topic)

    async def unmute(self, visitor: Visitor, value: str) -> Message:
        """Hear of it again."""
        return await self.rules.unmute(visitor, value)

    async def why(self, visitor: Visitor, text: str, slug: str = "") -> Message:
        """Why a brief was or was not sent here; without a text why today brought what it brought."""
        return await self.reasons.answer(visitor, text, slug)

    async def forget(self, visitor: Visitor) -> Message:
        """Forget the asker: rule, mutes, personal digests, what is held and not sent yet."""
        count = await self.subscriptions.forget_person(visitor.team, visitor.user)
        if not count:
            return self.renderer.notice("I kept nothing about you; what I looked up is forgotten too.")
        return self.renderer.notice(
            "Everything that I kept about you is gone: your alert rule, your mutes, your personal digests, "
            "what was held for you. Digests that you made for channels go on without your name."
        )

    async def release(self, visitor: Visitor, delivery: str, *, send: bool) -> Message:
        """Send or drop a message that may have arrived; its person, its channel's people, or an admin.

        All of them of its own workspace: no admin decides for another one.
        """
        found = await self.outbox.delivery(delivery)
        mine = found is not None and found.to in (destination_of(visitor), person_of(visitor))
        if found is None or found.to.team != visitor.team or not (mine or visitor.is_admin):
            return self.renderer.error("This message is not waiting any more.", "There is nothing to do.")
        if not await self.outbox.release(delivery, self.clock.now(), send=send):
            return self.renderer.notice("That was decided already.")
        return await self._woken(self.renderer.notice("It is sent." if send else "It is not sent."))

    async def status(self, visitor: Visitor) -> OwedStatus:
        """What `/news status` says of digests, alerts and deliveries."""
        return await self.standing.of(visitor)

    async def _woken(self, message: Message) -> Message:
        self.wake()
        return message
