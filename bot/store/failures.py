"""What a database's own errors mean to a person: one plain sentence instead of a traceback."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.errors import StoreAway
from bot.store.place import Place

_SQLITE = (
    ("not a database", "is not a SQLite database", "Name another file or move this one away."),
    ("malformed", "is damaged", "Restore a copy, or move it away: the index is rebuilt from the briefs."),
    ("disk is full", "has no room left: the disk is full", "Free some space and start again."),
    ("readonly", "is read-only here", "Give this user the right to write it and its folder."),
    ("locked", "is kept busy by another program", "Wait for it to end or stop it."),
    ("unable to open", "cannot be opened", "Look at its name and at the rights of its folder."),
    ("disk i/o", "cannot be read or written: the disk reports an error", "Look at the disk."),
)

_POSTGRES = (
    ("InvalidPasswordError", "refuses the password", "Look at NEWSBRIEF_DATABASE_URL."),
    ("InvalidAuthorizationSpecificationError", "refuses this user", "Look at NEWSBRIEF_DATABASE_URL."),
    ("InvalidCatalogNameError", "has no database of that name", "Create it: createdb NAME."),
    ("InsufficientPrivilegeError", "does not let this user do that", "Grant it the rights on its schema."),
    ("DiskFullError", "has no room left: its disk is full", "Free some space and start again."),
    ("TooManyConnectionsError", "takes no more connections", "Raise its limit or stop other programs."),
    ("CannotConnectNowError", "is starting up or shutting down", "Try again in a moment."),
    ("ReadOnlySQLTransactionError", "is read-only", "Name the primary server, not a standby."),
)

_AWAY = (OSError, TimeoutError, sqlite3.Error, SQLAlchemyError)


@contextmanager
def plain_failures(place: Place) -> Iterator[None]:
    """Turn a database's errors into StoreAway; mistakes of our own code stay what they are."""
    try:
        yield
    except _AWAY as error:
        if isinstance(error, SQLAlchemyError) and not isinstance(error, (DBAPIError, PoolTimeout)):
            raise
        raise store_away(place, error) from error
    except Exception as error:
        # asyncpg is optional, so its errors are known by their module's name alone.
        if not type(error).__module__.startswith("asyncpg"):
            raise
        raise store_away(place, error) from error


def store_away(place: Place, error: BaseException) -> StoreAway:
    """The sentence for one error."""
    text, names = _roots(error)
    table = _POSTGRES if place.is_postgres else _SQLITE
    for mark, what, hint in table:
        if mark in names if place.is_postgres else mark in text.lower():
            return StoreAway(f"The database {place.for_people} {what}.", hint=hint)
    reason = (text or names[-1]).splitlines()[0].rstrip(".")
    verb = "cannot be reached" if _is_network(error) else "cannot be used"
    return StoreAway(
        f"The database {place.for_people} {verb}: {reason}.", hint="Look at NEWSBRIEF_DATABASE_URL."
    )


def _roots(error: BaseException) -> tuple[str, list[str]]:
    """The innermost text and the names of all errors that led here."""
    names: list[str] = []
    text = ""
    found: BaseException | None = error
    while found is not None and len(names) < 10:
        names.append(type(found).__name__)
        original = getattr(found, "orig", None)
        text = str(original or found)
        found = original if isinstance(original, BaseException) else found.__cause__
    return text, names


def _is_network(error: BaseException) -> bool:
    return isinstance(error, (OSError, TimeoutError)) or "onnect" in str(error)
