"""The dialogs in which a digest's or an alert rule is changed: opened by a button, sent by a person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.answers import Visitor
from bot.domain.message import Message
from bot.errors import SendError, UsageError
from bot.slack.desk import Desk
from bot.slack.outlet import Asker, Outlet
from bot.slack.owed_reading import as_command, rule_in, schedule_in
from bot.slack.payloads import asker_of_dialog, kept_in_dialog, text_at, written
from bot.slack.services import Owing, Services
from bot.slack.tokens import Tokens
from bot.slack.transport import Transport
from bot.slack.typed import as_typed
from bot.slack.visitors import Visitors
from bot.slack.zones import WAIT_SECONDS
from bot.telemetry import log_id, logger_for

log = logger_for("slack")

DIGEST_FORM = "news_digest_form"
ALERT_FORM = "news_alert_form"
VERBS = {DIGEST_FORM: "digest", ALERT_FORM: "alerts"}
"""A dialog's `callback_id`, and the verb with which its text would be typed."""
LONGEST_ERROR = 300
"""Characters of what is said below an input."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What came in a dialog: which one it is, for which digest, and the text of its input in `block`."""

    form: str
    digest: str
    block: str
    text: str


class Screen:
    """How Slack is spoken to about dialogs: `transport` opens one, `outlet` tells what came of it."""

    def __init__(self, transport: Transport, outlet: Outlet, tokens: Tokens) -> None:
        self._transport = transport
        self._outlet = outlet
        self._tokens = tokens

    async def open(self, asker: Asker, view: Mapping[str, Any]) -> bool:
        """Show the dialog to the asker; False where Slack does not, or where there is no token."""
        token = await self._tokens.token_for(asker.team, asker.enterprise)
        if not token or not asker.trigger:
            return False
        try:
            await self._transport.call("views.open", token, {"trigger_id": asker.trigger, "view": dict(view)})
        except SendError as error:
            log.warning("no dialog was opened (%s) %s", log_id(error.code), asker)
            return False
        return True

    async def tell(self, asker: Asker, message: Message) -> None:
        """To the asker alone, where the dialog had been opened; raises SendError."""
        if token := await self._tokens.token_for(asker.team, asker.enterprise):
            await self._outlet.tell(token, asker, message)


class Dialogs:
    """Opens dialogs, and does what is sent in them."""

    def __init__(
        self, services: Services, owing: Owing, *, visitors: Visitors, desk: Desk, screen: Screen
    ) -> None:
        self._services = services
        self._owing = owing
        self._visitors = visitors
        self._desk = desk
        self._screen = screen

    async def open_digest(self, asker: Asker, digest: str) -> Message | None:
        """The dialog with a digest's rule; a message where it cannot be shown."""
        visitor = await self._visitors.of(asker, seconds=WAIT_SECONDS)
        return await self._open(asker, DIGEST_FORM, await self._owing.digest_form(visitor, digest), digest)

    async def open_alerts(self, asker: Asker, _value: str) -> Message | None:
        """The dialog with the asker's alert rule; a message where it cannot be shown."""
        visitor = await self._visitors.of(asker, seconds=WAIT_SECONDS)
        return await self._open(asker, ALERT_FORM, await self._owing.alert_form(visitor))

    def errors(self, body: Mapping[str, Any]) -> dict[str, str]:
        """What is wrong with a sent dialog, by the input's block; empty where it can be done. Reads alone."""
        sent = sent_in(body)
        if sent is None:
            return {}
        try:
            self._read(sent, self._services.settings.timezone)
        except UsageError as error:
            return {sent.block: str(error)[:LONGEST_ERROR]}
        return {}

    async def apply(self, body: Mapping[str, Any]) -> None:
        """Do what a sent dialog asks for, and tell its sender; one with errors is still open with them."""
        sent = sent_in(body)
        if sent is None or self.errors(body):
            return
        asker = asker_of_dialog(body)

        async def make() -> Message:
            return await self._change(await self._visitors.of(asker), sent)

        await self._desk.answer(f"{VERBS[sent.form]}_form", asker, make, send=self._screen.tell)

    async def _open(
        self, asker: Asker, name: str, form: Mapping[str, Any] | Message, digest: str = ""
    ) -> Message | None:
        if isinstance(form, Message):
            return form
        kept = {"digest": digest, "channel": asker.channel, "thread": asker.thread}
        if await self._screen.open(
            asker, {**form, "callback_id": name, "private_metadata": json.dumps(kept)}
        ):
            return None
        typed = as_command(VERBS[name], _initial(form))
        return self._services.renderer.error(
            "Slack does not show me a dialog right now.",
            f"Type it instead, with your changes: {self._services.settings.command} {typed}",
        )

    async def _change(self, visitor: Visitor, sent: Sent) -> Message:
        zone = ZoneInfo(visitor.zone)
        if sent.form == DIGEST_FORM:
            request = schedule_in(sent.text, self._services.search, zone)
            return await self._owing.change_digest(visitor, sent.digest, request)
        rule, typed = rule_in(sent.text, self._services.search, zone)
        return await self._owing.set_rule(visitor, rule, typed)

    def _read(self, sent: Sent, zone: ZoneInfo) -> None:
        """Raise UsageError for a text that cannot be done."""
        reading = schedule_in if sent.form == DIGEST_FORM else rule_in
        reading(sent.text, self._services.search, zone)


def sent_in(body: Mapping[str, Any]) -> Sent | None:
    """What came in one of our dialogs; None for any other."""
    form, (block, text) = text_at(body, "view", "callback_id"), written(body)
    if form not in VERBS or not block:
        return None
    return Sent(form=form, digest=text_at(kept_in_dialog(body), "digest"), block=block, text=as_typed(text))


def _initial(form: Mapping[str, Any]) -> str:
    """What a dialog's input holds when it is opened."""
    texts = (text_at(block, "element", "initial_value") for block in form.get("blocks", ()))
    return next(filter(None, texts), "")
