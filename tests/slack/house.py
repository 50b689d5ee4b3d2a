"""A bot in a workspace: everything real but search and index, which are a shelf of a few briefs."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from typing import Any, cast

import aiohttp

from bot.clock import SystemClock
from bot.config import Settings, read_settings
from bot.domain.brief import Article, Brief, Image, Provider
from bot.domain.index import IndexStatus
from bot.domain.installation import Installation
from bot.domain.ports import SearchIndex
from bot.domain.query import Query
from bot.domain.result import HeatScale, Hit, NameCount, SearchResult
from bot.preview import Workspace
from bot.render import Renderer
from bot.search import Search, parse_query
from bot.slack import Services, SlackBot
from bot.slack.services import Owing

SECRET = "a-secret-of-the-tests"
CLEARVIEW = Brief(
    slug="clearview",
    title="Regulators find that Clearview broke the law",
    excerpt="A finding on faces.",
    web_url="https://www.example.com/clearview",
    provider=Provider(name="Example Times", domain="example.com"),
    published_at=datetime(2021, 2, 3, tzinfo=UTC),
    topics=("Privacy",),
    heat=90,
    quality=70,
    images=(Image(url="https://www.example.com/picture.jpg"),),
    related=(Article(title="Clearview answers the regulators", web_url="https://other.example/answer"),),
)


def briefs(count: int) -> list[Brief]:
    """Numbered briefs, each colder than the one before."""
    return [
        replace(CLEARVIEW, slug=f"brief-{number}", title=f"Number {number} of many", heat=200 - number)
        for number in range(count)
    ]


class Shelf:
    """Search and index in one: finds by words in titles; a test may close the gate or name an error."""

    def __init__(self, books: Sequence[Brief]) -> None:
        self.books = {brief.slug: brief for brief in books}
        self.gate = asyncio.Event()
        self.gate.set()
        self.error: Exception | None = None
        self.asked: list[tuple[str, str]] = []

    def parse(self, text: str, zone: tzinfo) -> Query:
        return parse_query(text, now=datetime.now(UTC), zone=zone)

    async def ask(self, text: str, zone: tzinfo, *, limit: int = 10, offset: int = 0) -> SearchResult:
        self.asked.append((text, str(zone)))
        await self._wait()
        query = self.parse(text, zone)
        tokens = {token for word in query.words for token in word.tokens}
        found = [
            Hit(brief=brief, score=1.0)
            for brief in self.books.values()
            if not brief.is_hidden and all(token in brief.title.lower() for token in tokens)
        ]
        page = tuple(found[offset : offset + limit])
        return SearchResult(query=query, hits=page, offset=offset, more=len(found) > offset + limit)

    async def topics(self) -> list[NameCount]:
        return [NameCount(key="privacy", name="Privacy", count=2)]

    async def providers(self) -> list[NameCount]:
        return [NameCount(key="example.com", name="Example Times", count=2)]

    async def heat_scale(self) -> HeatScale:
        return HeatScale(heats=tuple(sorted(brief.warmth for brief in self.books.values())), hot=90, top=95)

    async def brief(self, slug: str) -> Brief | None:
        await self._wait()
        return self.books.get(slug)

    async def status(self, now: datetime) -> IndexStatus:
        await self._wait()
        count = len(self.books)
        return IndexStatus(
            briefs=count,
            visible=count,
            rejected=0,
            problems=(),
            folders=("briefs",),
            synced_at=now,
            newest_at=CLEARVIEW.published_at,
        )

    async def _wait(self) -> None:
        await self.gate.wait()
        if self.error is not None:
            raise self.error


@dataclass
class Guestbook:
    """Installations in memory."""

    kept: dict[tuple[str, str], Installation] = field(default_factory=dict)
    error: Exception | None = None

    async def save(self, installation: Installation) -> None:
        if self.error is not None:
            raise self.error
        self.kept[installation.team_id, installation.enterprise_id] = installation

    async def find(self, team_id: str, enterprise_id: str) -> Installation | None:
        return self.kept.get((team_id, enterprise_id))

    async def delete(self, team_id: str, enterprise_id: str) -> None:
        self.kept.pop((team_id, enterprise_id), None)

    async def all(self) -> Sequence[Installation]:
        return list(self.kept.values())


@dataclass(kw_only=True)
class House:
    """A running bot and its workspace."""

    bot: SlackBot
    workspace: Workspace
    shelf: Shelf
    guests: Guestbook
    http: aiohttp.ClientSession

    async def ask(self, text: str) -> dict[str, Any]:
        """Run the command; what was posted at its response_url."""
        asked = await self.workspace.command(text)
        assert asked.status == 200
        return dict((await asked.answer()).payload)

    async def settled(self) -> None:
        """Until no answer is under way."""
        work = self.bot._running.work  # type: ignore[union-attr]
        await self.workspace.wait_for(lambda: not work.count)

    async def events(
        self, body: bytes, content_type: str = "application/json", **headers: str
    ) -> tuple[int, str]:
        """A signed request of a test's own: the status and the text of the answer."""
        sent = signed(body) | {"Content-Type": content_type} | headers
        url = f"{self.bot.address}/slack/events"
        async with self.http.post(url, data=io.BytesIO(body), headers=sent) as response:
            return response.status, await response.text()

    async def get(self, path: str) -> tuple[int, str]:
        """A page of the bot's server."""
        async with self.http.get(self.bot.address + path, allow_redirects=False) as response:
            return response.status, await response.text()


def signed(body: bytes, *, age: int = 0) -> dict[str, str]:
    """Slack's signature over any bytes, made `age` seconds ago."""
    at = str(int(time.time()) - age)
    digest = hmac.new(SECRET.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={digest}"}


def settings_for(workspace: Workspace, **overrides: str) -> Settings:
    """The settings that lead to this workspace; an empty text unsets one."""
    values = {
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_API_URL": workspace.api_url,
    }
    return read_settings(values | overrides, {})


@asynccontextmanager
async def open_workspace() -> AsyncIterator[Workspace]:
    """A workspace on a free port."""
    workspace = Workspace(clock=SystemClock(), port=0, signing_secret=SECRET)
    await workspace.start()
    try:
        yield workspace
    finally:
        await workspace.stop()


def make_bot(
    workspace: Workspace,
    shelf: Shelf,
    guests: Guestbook | None = None,
    owing: Owing | None = None,
    /,
    **overrides: str,
) -> SlackBot:
    """A bot that is not started yet."""
    return SlackBot(
        Services(
            settings=settings_for(workspace, **overrides),
            clock=SystemClock(),
            search=cast("Search", shelf),
            index=cast("SearchIndex", shelf),
            renderer=Renderer(),
            installations=guests,
            owing=owing,
        ),
        port=0,
    )


@asynccontextmanager
async def open_house(*books: Brief, owing: Owing | None = None, **overrides: str) -> AsyncIterator[House]:
    """A bot, started, in a workspace of its own."""
    shelf, guests = Shelf(books or [CLEARVIEW]), Guestbook()
    async with open_workspace() as workspace, aiohttp.ClientSession() as http:
        bot = make_bot(workspace, shelf, guests, owing, **overrides)
        await bot.start()
        workspace.bot_url = f"{bot.address}/slack/events"
        try:
            yield House(bot=bot, workspace=workspace, shelf=shelf, guests=guests, http=http)
        finally:
            shelf.gate.set()
            await bot.stop()
