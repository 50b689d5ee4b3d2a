"""The buttons: Show, More, Related coverage and more of it, Share, Open, Search, and those it is given."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any

from bot.domain.message import Action, Message
from bot.errors import Rejected, RetryLater
from bot.render import Renderer
from bot.slack.answers import Answers, page_value, related_value, title_of
from bot.slack.desk import Desk, Made, Reply, Send
from bot.slack.outlet import Asker, Outlet
from bot.slack.payloads import asker_of_action, pressed
from bot.slack.recent import Recent
from bot.slack.zones import Zones

SHARE_AGAIN_SECONDS = 60.0
Press = Callable[[Asker, str], Awaitable[Made]]
NONE_MORE: Mapping[str, Press] = MappingProxyType({})


class Interactions:
    """Answers button presses, on old messages too: a button carries all it needs.

    `more` are buttons of other parts of the surface, by name.
    """

    def __init__(
        self,
        renderer: Renderer,
        answers: Answers,
        desk: Desk,
        outlet: Outlet,
        zones: Zones,
        more: Mapping[str, Press] = NONE_MORE,
    ) -> None:
        self._renderer = renderer
        self._answers = answers
        self._desk = desk
        self._outlet = outlet
        self._zones = zones
        self._shared = Recent(seconds=SHARE_AGAIN_SECONDS, limit=10_000)
        self._presses: Mapping[str, Press] = {
            Action.SHOW: self._show,
            Action.MORE: self._more,
            Action.RELATED: self._related,
            Action.RELATED_MORE: self._related_more,
            Action.SHARE: self._share,
            Action.SEARCH: self._search,
            **more,
        }

    async def answer(self, body: Mapping[str, Any]) -> None:
        """Do what the button says; a link button and a stranger need only the acknowledgement."""
        name, value = pressed(body)
        press = self._presses.get(name)
        if press is not None:
            asker = asker_of_action(body)
            await self._desk.answer(Action(name).removeprefix("news_"), asker, lambda: press(asker, value))

    async def _show(self, asker: Asker, slug: str) -> Message:
        return await self._answers.show(slug, asker)

    async def _related(self, _asker: Asker, slug: str) -> Message:
        return await self._answers.related(slug)

    async def _related_more(self, _asker: Asker, value: str) -> Message:
        page = related_value(value)
        return await self._answers.related(page.slug, offset=page.offset) if page else self._no_longer()

    async def _more(self, asker: Asker, value: str) -> Message:
        page = page_value(value)
        if page is None:
            return self._no_longer()
        zone = await self._zones.zone_for(asker, page.query)
        title = title_of(page.query)
        return await self._answers.to_query(page.query, zone, asker, offset=page.offset, title=title)

    async def _search(self, asker: Asker, query: str) -> Message:
        zone = await self._zones.zone_for(asker, query)
        return await self._answers.to_query(query, zone, asker, title=title_of(query))

    async def _share(self, asker: Asker, slug: str) -> Message | Reply:
        """The brief for the channel, once a minute at most; what is hidden meanwhile is not shared."""
        brief = await self._answers.brief(slug)
        if not self._answers.is_listed(brief):
            return self._renderer.gone(brief)
        message = await self._answers.shared(brief, asker)
        key = f"{asker.team}/{asker.channel}/{asker.thread}/{slug}"
        if not self._shared.is_new(key, asyncio.get_running_loop().time()):
            return self._renderer.notice("This brief was shared here a moment ago; it is not posted twice.")
        return Reply(message=message, send=self._say(key))

    def _no_longer(self) -> Message:
        return self._renderer.error("That button no longer works.", "Please ask again.")

    def _say(self, key: str) -> Send:
        """How a share is sent; the asker is told of one that did not arrive, and may try again."""

        async def say(asker: Asker, message: Message) -> None:
            try:
                await self._outlet.say(asker, message)
            except (Rejected, RetryLater):
                self._shared.forget(key)
                sentence = "Slack did not take the message."
                sorry = self._renderer.error(sentence, "Please try again in a minute.")
                await self._outlet.whisper(asker, sorry)

        return say
