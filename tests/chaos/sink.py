"""A Slack-compatible server, a process of its own with faults and a log; it outlives every kill of the bot.

    python -m tests.chaos.sink --log FILE [--port N] [--faults JSON] [--seed N] [--zone UTC]

It knows nothing of the bot's code. Whatever it takes is in the log before the answer leaves. `POST /_control`
with the faults' JSON replaces them at run time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.chaos.faults import BEFORE, HANG_SECONDS, QUIET, Draw, Fault, Faults, History
from tests.chaos.log import Event, LogWriter
from tests.chaos.messages import Channels

SCOPES = "commands,chat:write,users:read,im:write,app_mentions:read,links:read,links:write"
HISTORY_SCOPES = ",im:history,channels:history,groups:history"
LOOKS = ("conversations.history", "conversations.replies")
_URL = re.compile(r"https?://[^\s<>|\"\\]+")
Fields = Mapping[str, Any]
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request, read."""

    method: str
    fields: Fields
    came_at: float

    @property
    def channel(self) -> str:
        """The channel it names; a person's id is that of the direct message with them."""
        if self.method == "conversations.open":
            return direct_message(text_in(self.fields, "users"))
        return direct_message(text_in(self.fields, "channel"))

    def event(self, draw: Draw, *, accepted: bool, ts: str = "", error: str = "") -> Event:
        """The call as the log tells it, done now."""
        metadata = self.fields.get("metadata")
        payload = metadata.get("event_payload") if isinstance(metadata, Mapping) else None
        lines = text_in(self.fields, "text").splitlines()
        return Event(
            method=self.method,
            came_at=self.came_at,
            done_at=time.time(),
            channel=self.channel,
            accepted=accepted,
            delivery=text_in(payload, "delivery_id") if isinstance(payload, Mapping) else "",
            thread=text_in(self.fields, "thread_ts"),
            ts=ts,
            text=lines[0] if lines else "",
            urls=urls_in(self.fields),
            fault=draw.fault or "",
            error=error,
            retry_after=draw.retry_after,
        )


def text_in(fields: Fields, name: str) -> str:
    """A field that is text; else empty."""
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def direct_message(channel: str) -> str:
    """The id of the direct message with a person; any other id as it is."""
    return f"D{channel[1:]}" if channel.startswith("U") else channel


def urls_in(fields: Fields) -> tuple[str, ...]:
    """All web addresses in text and blocks, each once, in order."""
    shown = json.dumps([fields.get("text"), fields.get("blocks")], ensure_ascii=False)
    return tuple(dict.fromkeys(_URL.findall(shown)))


class Sink:
    """The workspaces: answers, fails, and writes down what it did."""

    def __init__(self, log: LogWriter, *, faults: Faults = QUIET, seed: int = 0, zone: str = "UTC") -> None:
        self.faults = faults
        self.channels = Channels()
        self._log = log
        self._seed = seed
        self._zone = zone
        self._numbers: Counter[tuple[str, str]] = Counter()
        self._landing: set[asyncio.Task[Answer]] = set()
        self._methods: Mapping[str, Callable[[Call], Answer]] = {
            "auth.test": self._auth,
            "users.info": self._person,
            "conversations.open": self._open,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "chat.postMessage": self._post,
            "chat.postEphemeral": lambda _: {"ok": True, "message_ts": "1.000001"},
            "views.open": lambda _: {"ok": True, "view": {"id": "V0CHAOS"}},
            "response_url": lambda _: {"ok": True},
        }

    def application(self) -> web.Application:
        """What aiohttp serves."""
        application = web.Application(client_max_size=8 << 20)
        application.router.add_post("/api/{method}", self._api)
        application.router.add_post("/response/{token}", self._response_url)
        application.router.add_post("/_control", self._control)
        return application

    async def _api(self, request: web.Request) -> web.StreamResponse:
        came_at = time.time()
        fields = await _fields_of(request)
        return await self._answered(
            request, Call(method=request.match_info["method"], fields=fields, came_at=came_at)
        )

    async def _response_url(self, request: web.Request) -> web.StreamResponse:
        """An answer to a command; `channel` of its event is the token that the command gave it."""
        came_at = time.time()
        fields = {**await _fields_of(request), "channel": request.match_info["token"]}
        return await self._answered(request, Call(method="response_url", fields=fields, came_at=came_at))

    async def _control(self, request: web.Request) -> web.StreamResponse:
        self.faults = Faults.of_json(await request.json())
        return web.json_response({"ok": True})

    async def _answered(self, request: web.Request, call: Call) -> web.StreamResponse:
        draw = self._draw(call)
        if draw.fault in BEFORE:
            self._log.write(call.event(draw, accepted=False))
            return await self._failed(request, draw)
        answer = await self._taken(call, draw)
        if draw.fault not in (None, Fault.SLOW):
            return await self._failed(request, draw)
        return web.json_response(answer, headers={"X-OAuth-Scopes": self._scopes()})

    async def _taken(self, call: Call, draw: Draw) -> Answer:
        """Do it; where it is slow, in a task of its own, which goes on when the caller is gone."""
        if not draw.delay:
            return self._do(call, draw)
        landing = asyncio.create_task(self._do_later(call, draw))
        self._landing.add(landing)
        landing.add_done_callback(self._landing.discard)
        return await asyncio.shield(landing)

    async def _do_later(self, call: Call, draw: Draw) -> Answer:
        await asyncio.sleep(draw.delay)
        return self._do(call, draw)

    def _do(self, call: Call, draw: Draw) -> Answer:
        work = self._methods.get(call.method)
        answer: Answer = work(call) if work else {"ok": False, "error": "unknown_method"}
        ok = answer["ok"] is True
        self._log.write(
            call.event(draw, accepted=ok, ts=answer.get("ts", ""), error="" if ok else answer["error"])
        )
        return answer

    async def _failed(self, request: web.Request, draw: Draw) -> web.StreamResponse:
        match draw.fault:
            case Fault.LIMITED:
                headers = {"Retry-After": str(draw.retry_after)}
                return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
            case Fault.DROP_BEFORE | Fault.DROP_AFTER:
                if request.transport is not None:
                    request.transport.abort()
            case Fault.HANG_BEFORE | Fault.HANG_AFTER:
                await self._hang(request)
            case _:
                pass
        return web.json_response({"ok": False, "error": "internal_error"}, status=500)

    async def _hang(self, request: web.Request) -> None:
        """Say nothing until the caller is gone."""
        until = time.monotonic() + HANG_SECONDS
        while request.transport is not None and time.monotonic() < until:  # noqa: ASYNC110 -- no event tells
            await asyncio.sleep(0.1)

    def _draw(self, call: Call) -> Draw:
        place = call.method, call.channel
        self._numbers[place] += 1
        return self.faults.draw(self._seed, *place, self._numbers[place])

    def _scopes(self) -> str:
        return SCOPES if self.faults.history is History.REFUSED else SCOPES + HISTORY_SCOPES

    def _auth(self, _: Call) -> Answer:
        who = {"user": "newsbrief", "user_id": "U0CHAOSBOT", "bot_id": "B0CHAOS"}
        return {"ok": True, "url": "https://chaos.example/", "team": "Chaos", "team_id": "T0CHAOS", **who}

    def _person(self, call: Call) -> Answer:
        return {"ok": True, "user": {"id": text_in(call.fields, "user"), "tz": self._zone, "tz_offset": 0}}

    def _open(self, call: Call) -> Answer:
        return {"ok": True, "channel": {"id": call.channel}}

    def _history(self, call: Call) -> Answer:
        return self._looked(call, self.channels.history(call.fields))

    def _replies(self, call: Call) -> Answer:
        return self._looked(call, self.channels.replies(call.fields))

    def _looked(self, call: Call, found: Answer | None) -> Answer:
        if self.faults.history is History.REFUSED:
            return {"ok": False, "error": "missing_scope", "needed": "channels:history"}
        if text_in(call.fields, "channel").startswith("U"):
            return {"ok": False, "error": "channel_not_found"}
        if found is None:
            return {"ok": False, "error": "thread_not_found"}
        return {"ok": True, **found} | ({"messages": []} if self.faults.history is History.EMPTY else {})

    def _post(self, call: Call) -> Answer:
        thread = text_in(call.fields, "thread_ts")
        if not call.channel:
            return {"ok": False, "error": "channel_not_found"}
        if not call.fields.get("text") and not call.fields.get("blocks"):
            return {"ok": False, "error": "no_text"}
        if thread and not self.channels.has_root(call.channel, thread):
            return {"ok": False, "error": "thread_not_found"}
        message = self.channels.post(call.channel, call.fields)
        return {
            "ok": True,
            "channel": call.channel,
            "ts": message.ts,
            "message": message.told(with_metadata=True),
        }


async def _fields_of(request: web.Request) -> Fields:
    """The JSON object or the form of a request."""
    if request.content_type == "application/json":
        fields = await request.json()
        return fields if isinstance(fields, dict) else {}
    return {name: value for name, value in (await request.post()).items() if isinstance(value, str)}


async def serve(arguments: argparse.Namespace) -> None:
    """Serve until SIGTERM or SIGINT; prints the API's address once it listens."""
    log = LogWriter(arguments.log)
    faults = Faults.of_json(json.loads(arguments.faults))
    sink = Sink(log, faults=faults, seed=arguments.seed, zone=arguments.zone)
    runner = web.AppRunner(sink.application(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", arguments.port)
    await site.start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}/api/", flush=True)
    ended = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, ended.set)
    await ended.wait()
    await runner.cleanup()
    log.close()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.sink")
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--faults", default="{}")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--zone", default="UTC")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
