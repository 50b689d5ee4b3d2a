"""Where a database is: one value for every way in which people write its address."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from bot.config import hide_password
from bot.errors import SettingError

_ADDRESS = re.compile(r"(sqlite|postgres(?:ql)?)(?:\+\w+)?://(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A database: a SQLite file at `path`, links followed, or PostgreSQL by its `dsn`.

    A SQLite address without a file is a database of its own for as long as it is open (`path` None).
    `for_people` is the address without its password.
    """

    for_people: str
    path: Path | None = None
    dsn: str = ""

    @property
    def is_postgres(self) -> bool:
        """True for PostgreSQL."""
        return bool(self.dsn)


def place_of(url: str) -> Place:
    """Read a database address (contract section 3); SettingError where it is none."""
    found = _ADDRESS.fullmatch(url.strip())
    if not found:
        raise SettingError(
            f"{hide_password(url)!r} is not a database address.",
            hint="Use sqlite:///newsbrief.db or postgresql://user:password@host/name.",
        )
    kind, rest = found.groups()
    if kind != "sqlite":
        return Place(for_people=hide_password(url), dsn=f"postgresql://{rest}")
    return Place(for_people=url, path=_sqlite_path(rest, url))


def _sqlite_path(rest: str, url: str) -> Path | None:
    name = unquote(rest.partition("?")[0])
    if name in ("", "/", "/:memory:"):
        return None
    if not name.startswith("/") or "\0" in name:
        raise SettingError(
            f"{url!r} names no file.",
            hint="Three slashes begin a path from the working folder, four an absolute one.",
        )
    # Not the name as given: the lock and the copies stand beside the file itself, however it is named.
    return Path(os.path.realpath(name[1:]))
