"""An outbox worker between a real store and a real workspace over HTTP; content is what a test says."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import aiohttp
import pytest

from bot.clock import ShiftedClock
from bot.dispatch.content import Nothing, Rendered
from bot.dispatch.outbox import Manners, OutboxWorker, Ports, Timing
from bot.domain.delivery import OPEN, Delivery, Kind, Owed, State
from bot.domain.message import Message
from bot.domain.owed import Outbox, Sender
from bot.domain.subscription import Destination, Digest, Schedule
from bot.preview import Workspace
from bot.preview.sample import ADA, TEAM_ID
from bot.preview.world import Posted
from bot.slack.poster import Poster
from bot.slack.standing import Standing
from bot.slack.tokens import Tokens
from bot.slack.transport import Transport
from bot.store import Store
from bot.telemetry import Happening
from tests.postgres import new_database
from tests.slack.house import SECRET, settings_for

FRIDAY = datetime(2021, 2, 5, 8, 59, tzinfo=UTC)
NEWS = Destination(team=TEAM_ID, channel="C0NEWS")
PERSON = Destination(team=TEAM_ID, user=ADA)
QUICK = Timing(lease=3.0, http=1.0, settle=0.5, pace=0.1)


@dataclass
class Says:
    """What deliveries say; a test may hide one, make one break or hold all up."""

    messages: dict[str, Message] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    errors: dict[str, Exception] = field(default_factory=dict)
    seconds: float = 0.0
    asked: list[Delivery] = field(default_factory=list)

    async def message(self, delivery: Delivery) -> Rendered | Nothing:
        self.asked.append(delivery)
        await asyncio.sleep(self.seconds)
        if delivery.id in self.errors:
            raise self.errors[delivery.id]
        if delivery.id in self.hidden:
            return Nothing(state=State.DROPPED, reason="hidden")
        text = delivery.owed.text or f"message {delivery.id}"
        return Rendered(message=self.messages.get(delivery.id) or Message(text=text))


@dataclass(kw_only=True)
class PostOffice:
    """Everything a test looks at."""

    workspace: Workspace
    store: Store
    sender: Sender
    clock: ShiftedClock
    says: Says = field(default_factory=Says)
    heard: list[Happening] = field(default_factory=list)
    policy: Literal["hold", "resend"] = "hold"
    timing: Timing = QUICK

    def worker(
        self, *, outbox: Outbox | None = None, reconciles: bool = True, slots: int = 20
    ) -> OutboxWorker:
        ports = Ports(
            outbox=outbox or self.store.outbox,
            sender=self.sender,
            content=self.says,
            subscriptions=self.store.subscriptions,
            clock=self.clock,
            policy=lambda _team, _kind: self.policy,
            hook=self.heard.append,
        )
        return OutboxWorker(ports, self.timing, slots=slots, manners=Manners(reconciles=reconciles))

    def delivery(self, name: str, to: Destination = NEWS, **fields: Any) -> Delivery:
        now = self.clock.now()
        values: dict[str, Any] = {"kind": Kind.ALERT, "expires_at": now + timedelta(hours=36)}
        return Delivery(id=name, key=f"k:{name}", to=to, created_at=now, **(values | fields))

    async def owe(self, *deliveries: Delivery) -> None:
        assert await self.store.outbox.enqueue(deliveries) == len(deliveries)

    async def subscribe(self, owner: str = "U0SAMRIVERA") -> Digest:
        """A daily digest of the news channel."""
        digest = Digest(
            id="digest-1",
            to=NEWS,
            number=1,
            schedule=Schedule(),
            owner=owner,
            created_at=self.clock.now(),
            next_at=self.clock.now() + timedelta(days=1),
        )
        return await self.store.subscriptions.add_digest(digest)

    def leave(self, channel: str) -> None:
        """Somebody throws the bot out."""
        world = self.workspace.world
        there = world.conversations[channel]
        world.conversations[channel] = replace(there, members=there.members - {world.bot.id})

    @asynccontextmanager
    async def at_work(self, worker: OutboxWorker | None = None) -> AsyncIterator[OutboxWorker]:
        """A worker that runs, and is stopped politely."""
        worker, stop = worker or self.worker(), asyncio.Event()
        running = asyncio.create_task(worker.run(stop))
        try:
            yield worker
        finally:
            stop.set()
            await asyncio.wait_for(running, 10)

    async def settle(self, *names: str, seconds: float = 8.0) -> list[Delivery]:
        """Work until these deliveries are settled or held, and stop; the deliveries."""
        async with self.at_work():
            return await self.until_settled(*names, seconds=seconds)

    async def until_settled(self, *names: str, seconds: float = 8.0) -> list[Delivery]:
        def is_done(found: Delivery) -> bool:
            return found.state is State.HELD or found.state not in OPEN

        return await self.until(is_done, *names, seconds=seconds)

    async def until(
        self, condition: Callable[[Delivery], bool], *names: str, seconds: float = 8.0
    ) -> list[Delivery]:
        async with asyncio.timeout(seconds):
            while True:
                found = [await self.get(name) for name in names]
                if all(condition(one) for one in found):
                    return found
                await asyncio.sleep(0.02)

    async def get(self, name: str) -> Delivery:
        found = await self.store.outbox.delivery(name)
        assert found is not None
        return found

    async def everything(self) -> list[Delivery]:
        """All deliveries, also those that others called for; oldest first."""
        return (await self.store.outbox.find(limit=1_000))[::-1]

    def posted(self) -> list[Posted]:
        """What stands in the workspace with a delivery's id."""
        world = self.workspace.world
        found = (message for channel in world.conversations for message in world.timeline(channel))
        return [message for message in found if message.is_lasting and message.metadata]

    def ids(self) -> list[str]:
        """The delivery ids of what stands in the workspace."""
        return [id_of(message) for message in self.posted()]

    def doubled(self) -> list[str]:
        return [name for name, count in Counter(self.ids()).items() if count > 1]

    def calls(self, method: str) -> int:
        return len(self.workspace.calls.of(method))


def id_of(message: Posted) -> str:
    assert message.metadata is not None
    return str(message.metadata["event_payload"]["delivery_id"])


def pictured(count: int = 2, text: str = "the headline") -> Message:
    """A message with so many images."""
    blocks = [
        {"type": "image", "image_url": f"https://pictures.example/{number}.jpg", "alt_text": "a picture"}
        for number in range(count)
    ]
    words = {"type": "section", "text": {"type": "mrkdwn", "text": "the words"}}
    return Message(text=text, blocks=(words, *blocks))


def owing(*briefs: int) -> Owed:
    return Owed(full=briefs)


@asynccontextmanager
async def open_postoffice(store: Store) -> AsyncIterator[PostOffice]:
    """With a workspace whose calendar is years away from the machine's clock, as `preview --now` has it."""
    clock = ShiftedClock(FRIDAY)
    workspace = Workspace(clock=clock, port=0, signing_secret=SECRET)
    await workspace.start()
    session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
    heard: list[Happening] = []
    settings = settings_for(workspace)
    transport = Transport(session, settings.slack_api_url, heard.append, http_seconds=QUICK.http)
    standing = Standing(transport, settings.slack_bot_token)
    tokens = Tokens(settings, None, transport=transport, standing=standing, clock=clock)
    try:
        yield PostOffice(
            workspace=workspace, store=store, sender=Poster(transport, tokens), clock=clock, heard=heard
        )
    finally:
        await session.close()
        await workspace.stop()


@pytest.fixture
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A SQLite file; PostgreSQL for a test that asks for it by parameter."""
    if getattr(request, "param", "sqlite") == "postgres":
        template = request.getfixturevalue("migrated_postgres")
        return new_database(request.getfixturevalue("postgres_server"), like=template)
    shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "news.db")
    return f"sqlite:///{tmp_path}/news.db"


@pytest.fixture
async def office(store: Store) -> AsyncIterator[PostOffice]:
    async with open_postoffice(store) as found:
        yield found


def people(office: PostOffice, count: int) -> list[Destination]:
    """So many people more in the workspace."""
    known = office.workspace.world.people
    for number in range(count):
        known[f"U0P{number:04}"] = replace(known[ADA], id=f"U0P{number:04}", name=f"p{number}")
    return [Destination(team=TEAM_ID, user=f"U0P{number:04}") for number in range(count)]
