"""How long Slack waits for an acknowledgement: our server beside bare Bolt with the same middleware.

Both run at once, each a program of its own, and take turns in one run. A round waits for the answers before
the next begins, so that what is measured is the way to the acknowledgement. Goal: at most 1.5 times Bolt.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from tests.benchmarks._acknowledging_servers import SECRET

ROUNDS = 40
REQUESTS = 16
GOAL = 1.5
FORM = "application/x-www-form-urlencoded"
_numbers = itertools.count(1)


@dataclass
class Reader:
    """Takes the answers at response_urls and knows when all have come."""

    url: str = ""
    awaited: int = 0
    all_here: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        await request.read()
        self.awaited -= 1
        if self.awaited <= 0:
            self.all_here.set()
        return web.Response(text="ok")


def command(reader: Reader) -> bytes:
    """`/news help`, answered afterwards."""
    reader.awaited += 1
    reader.all_here.clear()
    fields = {
        "command": "/news", "text": "help", "team_id": "T1", "channel_id": "C1", "user_id": "U1",
        "response_url": reader.url, "trigger_id": f"t{next(_numbers)}",
    }  # fmt: skip
    return urlencode(fields).encode()


def button(_reader: Reader) -> bytes:
    """A link button, for which the acknowledgement is all."""
    payload = {
        "type": "block_actions", "team": {"id": "T1"}, "user": {"id": "U1"}, "channel": {"id": "C1"},
        "actions": [{"type": "button", "action_id": "news_open", "block_id": "b", "value": "x"}],
        "trigger_id": f"t{next(_numbers)}",
    }  # fmt: skip
    return urlencode({"payload": json.dumps(payload)}).encode()


def signed(body: bytes) -> dict[str, str]:
    at = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={digest}", "Content-Type": FORM}


@contextmanager
def server(kind: str) -> Iterator[str]:
    """A running server's address."""
    program = [sys.executable, "-m", "tests.benchmarks._acknowledging_servers", kind]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield process.stdout.readline().strip()
        process.stdin.close()


async def one(http: aiohttp.ClientSession, address: str, body: bytes) -> float:
    """Milliseconds from the request to its acknowledgement."""
    headers = signed(body)
    started = time.perf_counter()
    async with http.post(f"{address}/slack/events", data=body, headers=headers) as response:
        await response.read()
        assert response.status == 200, response.status
    return (time.perf_counter() - started) * 1000


async def compare(http: aiohttp.ClientSession, reader: Reader, addresses: dict[str, str]) -> None:
    rows = (("/news help, one at a time", command, 1), ("link button, one at a time", button, 1),
            ("/news help, 8 at a time", command, 8))  # fmt: skip
    print(f"{'':28}{'ours ms':>10}{'Bolt ms':>10}{'ratio':>8}   p99 ours / Bolt")
    for name, make, at_once in rows:
        times: dict[str, list[float]] = {kind: [] for kind in addresses}
        for round_number in range(ROUNDS):
            order = list(addresses) if round_number % 2 else list(reversed(addresses))
            for kind in order:
                for _ in range(REQUESTS // at_once):
                    bodies = [make(reader) for _ in range(at_once)]
                    taken = await asyncio.gather(*(one(http, addresses[kind], body) for body in bodies))
                    if reader.awaited > 0:
                        await asyncio.wait_for(reader.all_here.wait(), 10)
                    if round_number:  # the first warms up
                        times[kind] += taken
        ours, bare = (statistics.median(times[kind]) for kind in ("ours", "bare"))
        slow = [statistics.quantiles(times[kind], n=100)[-1] for kind in ("ours", "bare")]
        verdict = "ok" if ours <= GOAL * bare else f"MISSED {GOAL}"
        tail = f"{slow[0]:.2f} / {slow[1]:.2f}  {verdict}"
        print(f"{name:28}{ours:10.3f}{bare:10.3f}{ours / bare:8.2f}   {tail}")


async def run() -> None:
    reader = Reader()
    application = web.Application()
    application.router.add_post("/answer", reader.take)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    reader.url = f"http://127.0.0.1:{runner.addresses[0][1]}/answer"
    with server("ours") as ours, server("bare") as bare:
        async with aiohttp.ClientSession() as http:
            await compare(http, reader, {"ours": ours, "bare": bare})
    await runner.cleanup()


def main() -> None:
    """Print the table."""
    asyncio.run(run())


if __name__ == "__main__":
    main()
