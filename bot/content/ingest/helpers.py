"""Helper processes that read files on every core while this one writes; without them all goes on here.

Plain processes on pipes: `multiprocessing` needs /dev/shm and runs the main module of the program again.
They end when their pipe does, so none outlives the process that started it, however that ends.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Lock
from typing import BinaryIO, cast

from bot.content.ingest.helper import receive, send
from bot.content.ingest.reading import Named, Prepare, ReadFile, Readings, read_files
from bot.telemetry import logger_for

log = logger_for("sync")

LEAST_FILES = 2_000
"""For fewer no helper is started: that takes half a second."""

_MOST = 8
_PROGRAM = "import sys; sys.path[:] = {path!r}; from bot.content.ingest.helper import main; main()"


async def read_all(
    batches: Iterable[Callable[[], Sequence[Named]]], prepare: Prepare, wanted: int
) -> AsyncGenerator[Readings, None]:
    """The readings of each batch in order, with so many helpers always a few ahead.

    A batch is asked for its files in a thread.
    """
    helpers = Helpers(prepare, wanted)
    loop = asyncio.get_running_loop()
    ahead: deque[asyncio.Future[Readings]] = deque()
    try:
        for batch in batches:
            ahead.append(loop.run_in_executor(helpers.threads, helpers.read, batch))
            if len(ahead) > helpers.wanted:
                yield await ahead.popleft()
        while ahead:
            yield await ahead.popleft()
    finally:
        await asyncio.to_thread(helpers.end)


def helpers_for(files: int, spare_cores: int = 0) -> int:
    """How many helpers so many files are worth: one for each core but the spared, none on a single core."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores - spare_cores, _MOST) if cores > 1 and files >= LEAST_FILES else 0


class Helpers:
    """Helper processes, each led by a thread of ours; where `wanted` is 0, one thread reads by itself."""

    def __init__(self, prepare: Prepare, wanted: int) -> None:
        self.wanted = wanted
        self.threads = ThreadPoolExecutor(max(1, wanted), thread_name_prefix="newsbrief-sync")
        self._prepare = prepare
        self._to_start = wanted
        self._idle: list[subprocess.Popen[bytes]] = []
        self._all: list[subprocess.Popen[bytes]] = []
        self._lock = Lock()

    def read(self, batch: Callable[[], Sequence[Named]]) -> Readings:
        """Read one batch, by a helper if one is free or can be started, else here."""
        named = batch()
        process = self._take()
        if process is None:
            return read_files(named, self._prepare)
        try:
            found = _asked(process, named)
        except (OSError, EOFError, pickle.UnpicklingError):
            process.kill()
            log.warning("a helper process has ended (%s); its files are read in this one", process.wait())
            return read_files(named, self._prepare)
        with self._lock:
            self._idle.append(process)
        return found

    def end(self) -> None:
        """End all helpers, whatever they are doing."""
        with self._lock:
            self._to_start = 0
            for process in self._all:
                process.kill()
        self.threads.shutdown(cancel_futures=True)
        for process in self._all:
            with suppress(OSError):  # what was still to be written has nobody to read it
                process.__exit__(None, None, None)

    def _take(self) -> subprocess.Popen[bytes] | None:
        with self._lock:
            if self._idle:
                return self._idle.pop()
            if not self._to_start:
                return None
            self._to_start -= 1
            try:
                process = _started()
            except OSError as error:
                log.warning("no helper process can be started (%s); all files are read in this one", error)
                self._to_start = 0
                return None
            self._all.append(process)
        with suppress(OSError):  # it is found out when it is asked
            _say(process, self._prepare)
        return process


def _started() -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - this Python, our own module
        [sys.executable or "python3", "-c", _PROGRAM.format(path=sys.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _say(process: subprocess.Popen[bytes], value: object) -> None:
    stream = cast("BinaryIO", process.stdin)
    send(stream, value)
    stream.flush()


def _asked(process: subprocess.Popen[bytes], named: Sequence[Named]) -> Readings:
    """What a helper reads. Raises OSError or EOFError where it has ended."""
    _say(process, list(named))
    stream = cast("BinaryIO", process.stdout)
    files: list[ReadFile] = []
    while True:
        frame = cast("Readings", receive(stream))
        if not frame.files:
            return Readings(files, frame.counts)
        files += frame.files
