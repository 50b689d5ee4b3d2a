"""A Slack-compatible server without limits, to be run as a program of its own: it takes what comes."""

from __future__ import annotations

import asyncio
import contextlib
import sys

from aiohttp import web


async def answer(request: web.Request) -> web.Response:
    """Every post arrives; every direct message opens under its person's id."""
    body = await request.post() if request.content_type != "application/json" else await request.json()
    if request.path.endswith("conversations.open"):
        return web.json_response({"ok": True, "channel": {"id": f"D{str(body['users'])[1:]}"}})
    return web.json_response({"ok": True, "channel": body.get("channel", ""), "ts": "1.000001"})


async def run() -> None:
    """Listen until standard input ends."""
    application = web.Application()
    application.router.add_post("/api/{method}", answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}/api/", flush=True)
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(run())
