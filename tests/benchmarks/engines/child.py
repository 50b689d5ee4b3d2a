"""One engine in a process of its own: reads commands and writes answers as lines of JSON.

`build {folder, material}`, `open {folder, material, query}`, `ask {queries, seconds}`, `memory {}`,
`change {folder, material}`; then the end of the input ends it. The clock runs around each answer inside the
event loop, so that the pipe costs nobody anything.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import sys
import tracemalloc
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from time import perf_counter
from typing import Any, TextIO

from tests.benchmarks.engines.material import Material
from tests.benchmarks.engines.memory import Held, held
from tests.benchmarks.engines.running import Answering, Running


class Child:
    """Carries out commands one after the other."""

    def __init__(self, running: Running, closing: AsyncExitStack, *, traced: bool = False) -> None:
        self._running = running
        self._closing = closing
        self._traced = traced
        self._before = Held(0, 0)
        self._answer: Answering | None = None

    async def build(self, *, folder: str, material: dict[str, Any]) -> dict[str, object]:
        """Fill the engine's folder."""
        work = self._running.build
        return {"seconds": await asyncio.to_thread(work, Path(folder), Material(**material))}

    async def open(self, *, folder: str, material: dict[str, Any], query: str) -> dict[str, object]:
        """Seconds until the first answer."""
        if self._traced:
            tracemalloc.start()
        self._before = held()
        started = perf_counter()
        opened = self._running.opened(Path(folder), Material(**material))
        self._answer = await self._closing.enter_async_context(opened)
        await self._answer(query)
        return {"seconds": perf_counter() - started}

    async def ask(self, *, queries: Sequence[str], seconds: float) -> dict[str, object]:
        """Milliseconds and slugs of each answer; after so many seconds no further one."""
        assert self._answer, "opened before it is asked"
        times: list[float] = []
        slugs: list[list[str]] = []
        end = perf_counter() + seconds
        for query in queries:
            started = perf_counter()
            found = await self._answer(query)
            now = perf_counter()
            times.append((now - started) * 1000)
            slugs.append(found)
            if now > end:
                break
        return {"times": times, "slugs": slugs}

    async def change(self, *, folder: str, material: dict[str, Any]) -> dict[str, object]:
        """Seconds from writing one brief anew until it is found."""
        assert self._running.changed, "an engine that can tell"
        return {"seconds": await self._running.changed(Path(folder), Material(**material))}

    async def memory(self) -> dict[str, object]:
        """MB grown since before opening; `python` is the interpreter's own heap where it was traced."""
        grown = held().since(self._before)
        python = tracemalloc.get_traced_memory()[0] / 1e6 if tracemalloc.is_tracing() else 0.0
        return {"own": grown.own, "mapped": grown.mapped, "python": python}


async def serve(module: str, commands: TextIO, answers: TextIO, *, traced: bool) -> None:
    """Answer until there is nothing more to read; whatever goes wrong is an answer too."""

    def say(answer: dict[str, object]) -> None:
        print(json.dumps(answer), file=answers, flush=True)

    try:
        running = importlib.import_module(f"tests.benchmarks.engines.{module}").RUNNING
    except ImportError as error:
        say({"error": f"does not load: {error}"})
        return
    say({})
    async with AsyncExitStack() as closing:
        child = Child(running, closing, traced=traced)
        for line in iter(commands.readline, ""):
            given = json.loads(line)
            try:
                say(await getattr(child, given.pop("do"))(**given))
            except Exception as error:  # noqa: BLE001 - an engine may fail in any way; the run goes on
                say({"error": f"{type(error).__name__}: {error}"[:300]})


def main() -> None:
    """`child.py MODULE FOLDER-OF-PACKAGES [traced]`; what an engine prints goes to the error stream."""
    module, packages, *more = sys.argv[1:]
    sys.path.append(packages)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    asyncio.run(serve(module, sys.stdin, answers, traced=bool(more)))


if __name__ == "__main__":
    main()
