"""A bot whose digests and alerts are a notebook: what was asked of it is written down."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.dispatch.requests import AlertOrder, DigestOrder, DigestRequest, RuleRequest
from bot.domain.answers import AlertPage, DigestPage, HeldDelivery, OwedStatus, Visitor
from bot.domain.brief import Brief
from bot.domain.message import Message
from bot.domain.subscription import Destination, Digest, Schedule
from bot.preview import Posted
from bot.preview.sample import ADA
from bot.render import Renderer
from tests.slack.house import House, open_house

DIGEST = Digest(
    id="d1", to=Destination(channel="C0NEWS"), number=1, schedule=Schedule(), created_at=datetime.now(UTC)
)
RENDERER = Renderer()


@dataclass
class Notebook:
    """Implements `Owing`: writes each call down and answers with its name.

    `gone` is what the forms answer instead of a dialog; `error` is raised instead of any answer.
    """

    calls: list[tuple[Any, ...]] = field(default_factory=list)
    visitors: list[Visitor] = field(default_factory=list)
    gone: Message | None = None
    error: Exception | None = None
    rule: str = "on heat:>100 gap:10m"

    def _noted(self, visitor: Visitor, *call: object) -> Message:
        self.calls.append(call)
        self.visitors.append(visitor)
        if self.error is not None:
            raise self.error
        return RENDERER.notice(f"Noted: {call[0]}.")

    async def set_digest(self, visitor: Visitor, request: DigestRequest) -> Message:
        return self._noted(visitor, "set_digest", request)

    async def order_digest(self, visitor: Visitor, order: DigestOrder, digest: str = "") -> Message:
        return self._noted(visitor, "order_digest", order, digest)

    async def say_nothing_new(self, visitor: Visitor, digest: str) -> Message:
        return self._noted(visitor, "say_nothing_new", digest)

    async def digest_form(self, visitor: Visitor, digest: str) -> dict[str, Any] | Message:
        self._noted(visitor, "digest_form", digest)
        page = DigestPage(digest=DIGEST, schedule="every day at 09:00", typed="daily 09:00 topic:AI")
        return self.gone or RENDERER.digest_form(page)

    async def change_digest(self, visitor: Visitor, digest: str, request: DigestRequest) -> Message:
        return self._noted(visitor, "change_digest", digest, request)

    async def set_rule(self, visitor: Visitor, request: RuleRequest, text: str) -> Message:
        return self._noted(visitor, "set_rule", request, text)

    async def order_alerts(self, visitor: Visitor, order: AlertOrder) -> Message:
        return self._noted(visitor, "order_alerts", order)

    async def undo_rule(self, visitor: Visitor, before: str) -> Message:
        return self._noted(visitor, "undo_rule", before)

    async def alert_form(self, visitor: Visitor) -> dict[str, Any] | Message:
        self._noted(visitor, "alert_form")
        return self.gone or RENDERER.alert_form(AlertPage(rule=None, typed=self.rule))

    async def mute_story(self, visitor: Visitor, brief: int) -> Message:
        return self._noted(visitor, "mute_story", brief)

    async def mute_topic(self, visitor: Visitor, topic: str) -> Message:
        return self._noted(visitor, "mute_topic", topic)

    async def unmute(self, visitor: Visitor, value: str) -> Message:
        return self._noted(visitor, "unmute", value)

    async def why(self, visitor: Visitor, text: str, slug: str = "") -> Message:
        return self._noted(visitor, "why", text, slug)

    async def forget(self, visitor: Visitor) -> Message:
        return self._noted(visitor, "forget")

    async def release(self, visitor: Visitor, delivery: str, *, send: bool) -> Message:
        return self._noted(visitor, "release", delivery, send)

    async def status(self, visitor: Visitor) -> OwedStatus:
        self._noted(visitor, "status")
        held = HeldDelivery(id="h1", words="An alert may have arrived", at=datetime.now(UTC))
        return OwedStatus(sentences=["Digest 1 here: next at nine."], held=(held,))


@asynccontextmanager
async def open_owing(*books: Brief, **overrides: str) -> AsyncIterator[tuple[House, Notebook]]:
    """A bot in a workspace, with a notebook for digests and alerts."""
    notebook = Notebook()
    async with open_house(*books, owing=notebook, **overrides) as house:
        yield house, notebook


def with_button(house: House, name: str, value: str, channel: str = "C0NEWS", thread: str = "") -> Posted:
    """A message of the bot's that stands in a conversation, with one button."""
    button: dict[str, Any] = {
        "type": "button",
        "action_id": name,
        "text": {"type": "plain_text", "text": "x"},
    }
    button |= {"value": value} if value else {}
    block = {"type": "actions", "block_id": "b", "elements": [button]}
    world = house.workspace.world
    return world.add(
        Posted(
            channel=channel,
            ts=world.next_ts(),
            user=world.bot.id,
            text="x",
            blocks=(block,),
            thread_ts=thread,
        )
    )


async def pressed(house: House, name: str, value: str = "", user: str = ADA) -> dict[str, Any]:
    """Press a button; what was answered."""
    asked = await house.workspace.press(with_button(house, name, value), name, user=user)
    assert asked.status == 200
    return dict((await asked.answer()).payload)


def direct_channel(house: House, user: str = ADA) -> str:
    """The direct message between a person and the bot."""
    return house.workspace.world.direct(user).id


def by_bot(house: House, channel: str) -> list[Posted]:
    """What the bot said there, private words too."""
    bot = house.workspace.world.bot.id
    return [one for one in house.workspace.messages(channel) if one.user == bot and not one.hook]
