"""One `serve` or `preview` at a time on a SQLite file (contract section 3)."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.clock import SystemClock
from bot.errors import LockHeld, StoreAway
from bot.store.place import Place, place_of


@contextmanager
def hold_lock(url: str, *, verb: str) -> Iterator[None]:
    """Hold `<database>.lock` while the block runs; its content names the holder.

    The operating system lets go of it when the holder ends, however it ends. PostgreSQL and databases
    without a file need no lock. Raises LockHeld, and StoreAway where the file cannot be made.
    """
    place = place_of(url)
    if place.path is None:
        yield
        return
    handle = _open(place.path.with_name(f"{place.path.name}.lock"), place)
    try:
        _take(handle, place)
        holder = f"newsbrief {verb}, process {os.getpid()}, since {SystemClock().now():%Y-%m-%d %H:%M:%S} UTC"
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{holder}\n".encode(), 0)
        yield
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def _open(path: Path, place: Place) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreAway(
            f"The database {place.for_people} cannot be locked: {path}: {error.strerror}.",
            hint="Look at the folder and its rights.",
        ) from error


def _take(handle: int, place: Place) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        holder = os.pread(handle, 200, 0).decode("utf-8", "replace").strip() or "another process"
        raise LockHeld(
            f"The database {place.for_people} is in use by {holder}.",
            hint="Stop that one first, or name another database in NEWSBRIEF_DATABASE_URL.",
        ) from error
