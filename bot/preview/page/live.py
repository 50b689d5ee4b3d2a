"""News for open pages: each gets what its person may see, rendered for them.

Every change has a number. A page says which number it has seen, so that nothing is missed between its
rendering and its socket, or while the socket was away.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from bot.preview.core import Core
from bot.preview.page.model import Model, can_see, sees
from bot.preview.page.mrkdwn import to_html
from bot.preview.world import Change, ChangeKind, Json, Person, Posted

MAX_WAITING = 1_000
"""News that may wait for a slow page before it is told to load anew."""
MAX_PAGES = 50
CLOSE_SECONDS = 0.5
KEPT_CHANGES = 500
"""Changes that a page may have missed before it has to load anew."""

Render = Callable[[Person, Posted], str]


@dataclass(slots=True, eq=False)
class _Reader:
    person: str
    channel: str
    socket: web.WebSocketResponse
    news: asyncio.Queue[Json] = field(default_factory=lambda: asyncio.Queue(MAX_WAITING))

    def put(self, item: Json) -> None:
        if self.news.full():
            with contextlib.suppress(asyncio.QueueEmpty):
                while True:
                    self.news.get_nowait()
            item = {"kind": "reload"}
        self.news.put_nowait(item)


class Live:
    """All open pages."""

    def __init__(self, core: Core, model: Model, render: Render) -> None:
        self._core = core
        self._model = model
        self._render = render
        self._readers: set[_Reader] = set()
        self._changes: deque[tuple[int, Change]] = deque(maxlen=KEPT_CHANGES)
        self._boot = secrets.token_hex(4)
        self._number = 0
        core.world.listeners.append(self._hear)

    @property
    def mark(self) -> str:
        """How far the world has come: `start-number`."""
        return f"{self._boot}-{self._number}"

    def _hear(self, change: Change) -> None:
        self._number += 1
        self._changes.append((self._number, change))
        for reader in tuple(self._readers):
            self._pass_on(reader, self._number, change)

    def _pass_on(self, reader: _Reader, number: int, change: Change) -> None:
        person = self._core.world.people[reader.person]
        if change.message is not None:
            self._tell(reader, person, change.kind, change.message)
        elif change.person == person.id:
            reader.put({"kind": "view"})
        reader.put({"kind": "mark", "mark": f"{self._boot}-{number}"})

    def _catch_up(self, reader: _Reader, seen: str) -> None:
        boot, _, number = seen.partition("-")
        if boot != self._boot:
            reader.put({"kind": "afresh"})
            return
        last = int(number) if number.isdecimal() else -1
        missed = [(at, change) for at, change in self._changes if at > last]
        if last < 0 or len(missed) != self._number - last:
            reader.put({"kind": "reload"})
            return
        for at, change in missed:
            self._pass_on(reader, at, change)

    def _tell(self, reader: _Reader, person: Person, kind: ChangeKind, message: Posted) -> None:
        channel = self._core.world.conversations[message.channel]
        if not sees(person, channel) or not can_see(person, message):
            return
        reader.put(self._item(person, kind, message))
        if reader.channel == channel.id:
            self._model.mark_read(person, channel.id)
        parent = self._core.world.find(message.channel, message.thread_ts) if message.is_reply else None
        if parent is not None:
            reader.put(self._item(person, ChangeKind.CHANGED, parent))

    def _item(self, person: Person, kind: ChangeKind, message: Posted) -> Json:
        item: Json = {
            "kind": kind.value,
            "channel": message.channel,
            "ts": message.ts,
            "thread": message.thread_ts if message.is_reply else "",
            "own": message.user == person.id,
        }
        if kind is ChangeKind.REMOVED:
            return item
        author = self._core.world.member(message.user)
        said = "refused by Slack" if message.refused else to_html(message.text, self._model.name).striptags()
        spoken = f"{author.real_name if author else 'Workspace'}: {said}"
        return item | {"html": self._render(person, message), "spoken": spoken[:500]}

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """The socket of one page. Only our own page may open it: sockets know no same-origin rule."""
        if "Origin" not in request.headers:
            raise web.HTTPForbidden(text="The page opens this socket, nothing else.")
        person = self._model.person(request.query.get("as", ""))
        channel = self._model.conversation(person, request.query.get("in", ""))
        if len(self._readers) >= MAX_PAGES:
            raise web.HTTPServiceUnavailable(text="Too many pages are open.")
        socket = web.WebSocketResponse(heartbeat=20, timeout=CLOSE_SECONDS)
        await socket.prepare(request)
        reader = _Reader(person.id, channel.id, socket)
        self._catch_up(reader, request.query.get("seen", ""))
        self._readers.add(reader)
        sender = asyncio.create_task(self._send(socket, reader))
        try:
            async for _ in socket:
                continue
        finally:
            self._readers.discard(reader)
            sender.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sender
        return socket

    async def _send(self, socket: web.WebSocketResponse, reader: _Reader) -> None:
        with contextlib.suppress(ConnectionError):
            while not socket.closed:
                await socket.send_json(await reader.news.get())

    async def close(self) -> None:
        """Tell nobody any more, and let the pages go."""
        await asyncio.gather(*(reader.socket.close() for reader in self._readers), return_exceptions=True)
        if self._hear in self._core.world.listeners:
            self._core.world.listeners.remove(self._hear)
