"""The sink and the real bot as processes that a test starts, kills, freezes, continues and stops."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp

from tests.chaos.faults import Faults
from tests.chaos.people import SECRET

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 40.0
STOP_SECONDS = 15.0


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def plain_environment() -> dict[str, str]:
    """The environment without any setting of the machine's, in which our packages are found."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("NEWSBRIEF_", "SLACK_"))}
    return kept | {"PYTHONPATH": str(ROOT)}


@asynccontextmanager
async def running_sink(log: Path, *, faults: Faults, seed: int, zone: str) -> AsyncIterator[str]:
    """The sink's API address; the process ends with the block."""
    options = (
        "--log",
        str(log),
        "--faults",
        json.dumps(faults.to_json()),
        "--seed",
        str(seed),
        "--zone",
        zone,
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.chaos.sink", *options), cwd=ROOT, env=plain_environment(), stdout=PIPE
    )
    try:
        assert process.stdout is not None
        address = (await asyncio.wait_for(process.stdout.readline(), READY_SECONDS)).decode().strip()
        assert address, "the sink did not start"
        yield address
    finally:
        await _ended(process)


async def set_faults(api_url: str, faults: Faults) -> None:
    """Replace the sink's faults at run time."""
    address = api_url.removesuffix("api/") + "_control"
    async with aiohttp.ClientSession() as session, session.post(address, json=faults.to_json()) as answer:
        assert answer.status == 200


async def migrate(settings: Mapping[str, str]) -> None:
    """`newsbrief migrate`."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "migrate"),
        env={**plain_environment(), **settings},
        stdout=DEVNULL,
        stderr=PIPE,
    )
    _, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()


class Bot:
    """One replica; the same port, database and settings at each start. Its own words are in `log`."""

    def __init__(self, settings: Mapping[str, str], log: Path, folder: Path) -> None:
        self._port = free_port()
        self._settings = {**settings, "NEWSBRIEF_PORT": str(self._port), "SLACK_SIGNING_SECRET": SECRET}
        self._log = log
        self._folder = folder
        self._process: Process | None = None
        self.fell = 0

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Start it, whatever became of the last one."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "serve"),
                cwd=self._folder,
                env={**plain_environment(), **self._settings},
                stdout=log,
                stderr=log,
            )

    async def wait_ready(self) -> None:
        """Until `/readyz` says 200; started anew where it ended by itself, which `fell` counts."""
        async with asyncio.timeout(READY_SECONDS), aiohttp.ClientSession() as session:
            while not await self._is_ready(session):
                if self._process is None or self._process.returncode is not None:
                    self.fell += 1
                    await asyncio.sleep(0.2)
                    await self.start()
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """Kill -9, and wait until it is gone."""
        await self._signalled(signal.SIGKILL)

    async def freeze(self, seconds: float) -> None:
        """Stop it where it stands, and let it go on later."""
        if self._process is None or self._process.returncode is not None:
            return
        self._process.send_signal(signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            self._process.send_signal(signal.SIGCONT)

    async def stop(self) -> int:
        """SIGTERM; its exit code."""
        return await self._signalled(signal.SIGTERM)

    async def _signalled(self, number: signal.Signals) -> int:
        process = self._process
        if process is None or process.returncode is not None:
            self.fell += 1
            return 0
        process.send_signal(number)
        return await asyncio.wait_for(process.wait(), STOP_SECONDS)

    async def _is_ready(self, session: aiohttp.ClientSession) -> bool:
        with suppress(aiohttp.ClientError, TimeoutError):
            async with session.get(
                f"{self.address}/readyz", timeout=aiohttp.ClientTimeout(total=2)
            ) as answer:
                return answer.status == 200
        return False

    async def end(self) -> None:
        """Kill what still runs."""
        if self._process is not None:
            await _ended(self._process)


async def _ended(process: Process) -> None:
    if process.returncode is None:
        process.kill()
        await process.wait()
