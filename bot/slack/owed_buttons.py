"""The buttons of digests, alerts and deliveries: each is one call.

Any member may press those of a channel's digest: as in GitHub's app for Slack, a channel's subscriptions
belong to the channel.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from zoneinfo import ZoneInfo

from bot.dispatch.requests import AlertAction, AlertOrder, DigestAction, DigestOrder
from bot.domain.answers import Visitor
from bot.domain.message import Action, Message
from bot.slack.answers import Answers
from bot.slack.dialogs import Dialogs
from bot.slack.interactions import Press
from bot.slack.outlet import Asker
from bot.slack.owed_reading import rule_in
from bot.slack.services import Owing, Services
from bot.slack.visitors import Visitors

DIGEST_ORDERS = {
    Action.DIGEST_PREVIEW: DigestAction.PREVIEW,
    Action.DIGEST_NOW: DigestAction.NOW,
    Action.DIGEST_PAUSE: DigestAction.PAUSE,
    Action.DIGEST_RESUME: DigestAction.RESUME,
    Action.DIGEST_OFF: DigestAction.OFF,
}
ALERT_ORDERS = {
    Action.ALERT_PAUSE: AlertAction.PAUSE,
    Action.ALERT_RESUME: AlertAction.RESUME,
    Action.ALERT_OFF: AlertAction.OFF,
}
MOST_DIGITS = 18
"""More than that no ledger counts, and no database takes."""


class OwedButtons:
    """What each button does; `presses` is asked once for all of them."""

    def __init__(
        self, services: Services, owing: Owing, *, visitors: Visitors, answers: Answers, dialogs: Dialogs
    ) -> None:
        self._services = services
        self._owing = owing
        self._visitors = visitors
        self._answers = answers
        self._dialogs = dialogs

    def presses(self) -> Mapping[str, Press]:
        """What is done for the asker with a button's value, by the button's name."""
        owing = self._owing
        calls: dict[str, Callable[[Visitor, str], Awaitable[Message]]] = {
            Action.DIGEST_SAY: owing.say_nothing_new,
            Action.ALERT_TAKE: self._take,
            Action.ALERT_UNDO: owing.undo_rule,
            Action.MUTE_STORY: self._mute_story,
            Action.MUTE_TOPIC: owing.mute_topic,
            Action.UNMUTE: owing.unmute,
            Action.WHY: self._why,
            Action.DELIVERY_SEND: partial(self._release, send=True),
            Action.DELIVERY_DROP: partial(self._release, send=False),
            **{name: partial(self._order_digest, order) for name, order in DIGEST_ORDERS.items()},
            **{name: partial(self._order_alerts, order) for name, order in ALERT_ORDERS.items()},
        }
        return {
            **{name: partial(self._call, call) for name, call in calls.items()},
            Action.DIGEST_CHANGE: self._dialogs.open_digest,
            Action.ALERT_CHANGE: self._dialogs.open_alerts,
        }

    async def _call(
        self, call: Callable[[Visitor, str], Awaitable[Message]], asker: Asker, value: str
    ) -> Message:
        return await call(await self._visitors.of(asker), value)

    async def _order_digest(self, action: DigestAction, visitor: Visitor, digest: str) -> Message:
        if not digest:
            return self._no_longer()
        return await self._owing.order_digest(visitor, DigestOrder(action=action), digest)

    async def _order_alerts(self, action: AlertAction, visitor: Visitor, _value: str) -> Message:
        return await self._owing.order_alerts(visitor, AlertOrder(action=action))

    async def _take(self, visitor: Visitor, text: str) -> Message:
        """Take a proposed rule as it is: whoever presses Everything has chosen, and is not asked again."""
        request, typed = rule_in(text, self._services.search, ZoneInfo(visitor.zone))
        return await self._owing.set_rule(visitor, replace(request, has_threshold=True), typed)

    async def _mute_story(self, visitor: Visitor, value: str) -> Message:
        if not (value.isascii() and value.isdigit() and len(value) <= MOST_DIGITS):
            return self._no_longer()
        return await self._owing.mute_story(visitor, int(value))

    async def _why(self, visitor: Visitor, slug: str) -> Message:
        """Why a brief came or did not; of one that is hidden meanwhile no more than that is said."""
        brief = await self._answers.brief(slug)
        if not self._answers.is_listed(brief):
            return self._services.renderer.gone(brief)
        return await self._owing.why(visitor, "", slug)

    async def _release(self, visitor: Visitor, delivery: str, *, send: bool) -> Message:
        return await self._owing.release(visitor, delivery, send=send)

    def _no_longer(self) -> Message:
        return self._services.renderer.error("That button no longer works.", "Please ask again.")
