"""What is answered to digest, alerts, why and forget me: the words are read, and one call is made."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.dispatch.requests import AlertOrder, DigestOrder, DigestRequest, RuleRequest
from bot.domain.answers import OwedStatus, Visitor
from bot.domain.message import Message
from bot.errors import UsageError
from bot.slack.commands import Asked, Verb
from bot.slack.outlet import Asker
from bot.slack.owed_reading import DIGEST_FORM, NO_DIGEST, NO_RULE, RULE_FORM, alerts_in, digest_in
from bot.slack.services import Owing, Services
from bot.slack.visitors import Visitors

PERSONAL = {
    Verb.ALERTS: "Your alerts are yours alone",
    Verb.WHY: "What you get, and why, is yours alone",
    Verb.FORGET: "What I know of you is yours alone",
}
"""Verbs whose answer speaks of one person, as a sentence begins that does not give it to a whole channel."""


class OwedAnswers:
    """Makes the messages; raises QueryError and StoreAway as search and `owing` do."""

    def __init__(self, services: Services, owing: Owing, visitors: Visitors) -> None:
        self._owing = owing
        self._visitors = visitors
        self._search = services.search
        self._renderer = services.renderer
        self._command = services.settings.command

    async def to_command(self, asked: Asked, asker: Asker) -> Message:
        """The answer to one of the four verbs."""
        if asker.is_overheard and asked.verb in PERSONAL:
            return self._elsewhere(asked)
        visitor = await self._visitors.of(asker)
        match asked.verb:
            case Verb.DIGEST:
                return await self._to_digest(visitor, asked.query)
            case Verb.ALERTS:
                return await self._to_alerts(visitor, asked.query)
            case Verb.WHY:
                return await self._owing.why(visitor, asked.query)
            case _:
                return await self._owing.forget(visitor)

    async def status(self, asker: Asker) -> OwedStatus:
        """What `status` says of what is owed; to a whole channel, only where to ask."""
        if asker.is_overheard:
            return OwedStatus(sentences=[f"Digests and alerts: type {self._command} status, for you alone."])
        return await self._owing.status(await self._visitors.of(asker))

    async def _to_digest(self, visitor: Visitor, text: str) -> Message:
        match digest_in(text, self._search, ZoneInfo(visitor.zone)):
            case DigestRequest() as request:
                return await self._owing.set_digest(visitor, request)
            case DigestOrder() as order:
                return await self._owing.order_digest(visitor, order)
            case None:
                raise UsageError(NO_DIGEST, hint=DIGEST_FORM)

    async def _to_alerts(self, visitor: Visitor, text: str) -> Message:
        match alerts_in(text, self._search, ZoneInfo(visitor.zone)):
            case RuleRequest() as request:
                return await self._owing.set_rule(visitor, request, text)
            case AlertOrder() as order:
                return await self._owing.order_alerts(visitor, order)
            case None:
                raise UsageError(NO_RULE, hint=RULE_FORM)

    def _elsewhere(self, asked: Asked) -> Message:
        typed = "forget me" if asked.verb is Verb.FORGET else asked.verb
        return self._renderer.error(
            f"{PERSONAL[asked.verb]}, and everyone here would read it.",
            f"Type {self._command} {typed} instead: only you see the answer.",
        )
