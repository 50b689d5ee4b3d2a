"""One `serve` or `preview` at a time on a SQLite file (contract section 3)."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.clock import SystemClock
from bot.errors import LockHeld, StoreAway
from bot.store.place import Place, place_of


@contextmanager
def hold_lock(url: str, *, verb: str) -> Iterator[None]:
    """Hold `<database>.lock` while the block runs; its content names the holder.

    The operating system lets go of it when the holder ends, however it ends. PostgreSQL and databases
    without a file need no lock. Raises LockHeld, and StoreAway where the file cannot be made or written.
    """
    place = place_of(url)
    if place.path is None:
        yield
        return
    path = place.path.with_name(f"{place.path.name}.lock")
    with _plain_failures(path, place):
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        with _plain_failures(path, place):
            _take(handle, place)
            _write(handle, verb)
        yield
        with suppress(OSError):  # the lock goes with the handle; an old name in the file misleads nobody
            os.ftruncate(handle, 0)
    finally:
        os.close(handle)


@contextmanager
def _plain_failures(path: Path, place: Place) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreAway(
            f"The database {place.for_people} cannot be locked: {path}: {error.strerror}.",
            hint="Look at the folder, its rights and its disk.",
        ) from error


def _write(handle: int, verb: str) -> None:
    """Name the holder in the file."""
    since = f"{SystemClock().now():%Y-%m-%d %H:%M:%S} UTC"
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"newsbrief {verb}, process {os.getpid()}, since {since}\n".encode(), 0)


def _take(handle: int, place: Place) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(handle, 200, 0).decode("utf-8", "replace").strip() or "another process"
        raise LockHeld(
            f"The database {place.for_people} is in use by {holder}.",
            hint="Stop that one first, or name another database in NEWSBRIEF_DATABASE_URL.",
        ) from error
