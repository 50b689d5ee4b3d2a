"""What a helper process does: it reads the files that it is told, until nobody tells it any more.

Both ways go frames: eight bytes of length, then a pickle. Only the process that started it can send any.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Iterator
from typing import BinaryIO, Protocol

from bot.content.ingest.reading import Readings, read_files

FRAME_FILES = 200
"""So many files' rows at once: undoing a pickle holds up every thread of the receiver for some 2 ms."""

_LENGTH_BYTES = 8
_NICE = 5
"""Answers come before syncing."""


class Sink(Protocol):
    """What frames are written to."""

    def write(self, data: bytes, /) -> object:
        """Write all of it, or raise."""
        ...


def send(stream: Sink, value: object) -> None:
    """Write one frame."""
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    stream.write(len(data).to_bytes(_LENGTH_BYTES, "big"))
    stream.write(data)


def receive(stream: BinaryIO) -> object:
    """Read one frame; raises EOFError where the other side has ended."""
    length = int.from_bytes(_exactly(stream, _LENGTH_BYTES), "big")
    return pickle.loads(_exactly(stream, length))  # noqa: S301 - from our own process


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


def frames_of(found: Readings) -> Iterator[Readings]:
    """The same in pieces; the counts come with the last, which may be empty."""
    for start in range(0, len(found.files), FRAME_FILES):
        yield Readings(found.files[start : start + FRAME_FILES], None)
    yield Readings([], found.counts)


def main() -> None:
    """Read batch after batch; the first frame says how to prepare."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who started it, and then the pipe ends
    os.nice(_NICE)
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    try:
        prepare = receive(source)
        while True:
            for frame in frames_of(read_files(receive(source), prepare)):  # type: ignore[arg-type]  # as sent
                send(sink, frame)
            sink.flush()
    except (EOFError, BrokenPipeError):
        os._exit(0)  # nothing is left to flush to anybody


if __name__ == "__main__":
    main()
