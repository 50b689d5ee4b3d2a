"""How the text of each setting becomes its value; each raises ValueError with what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def text(value: str) -> str:
    """Text without spaces around it."""
    return value.strip()


def folders(value: str) -> tuple[str, ...]:
    """One or more folders; raises ValueError for none."""
    folders = tuple(part for part in value.split(":") if part.strip())
    if not folders:
        raise ValueError("it names no folder; separate several with `:`")
    return folders


def optional_folders(value: str) -> tuple[str, ...]:
    """Folders that are named on purpose have to be there."""
    return tuple(filter(None, map(optional_folder, value.split(":"))))


def optional_folder(value: str) -> str | None:
    """A folder that is there, or None for nothing."""
    if not value:
        return None
    if not Path(value).is_dir():
        raise ValueError(f"there is no folder {value!r}; name an existing one or leave it unset")
    return value


def names(value: str) -> tuple[str, ...]:
    """Names apart by commas or spaces."""
    return tuple(part.strip() for part in re.split(r"[,\s]+", value) if part.strip())


def port(value: str) -> int:
    """A port from 0 to 65535."""
    digits = value.strip()
    if not digits.isascii() or not digits.isdecimal() or int(digits) > 65535:
        raise ValueError(f"{value!r} is not a port; use a whole number from 0 to 65535")
    return int(digits)


def seconds(value: str) -> float:
    """Seconds, more than 0 and less than a day."""
    try:
        seconds = float(value)
    except ValueError:
        seconds = -1
    if not 0 < seconds < 86_400:
        raise ValueError(f"{value!r} is not a number of seconds between 0 and 86400")
    return seconds


def days(value: str) -> int:
    """Whole days, at least one."""
    digits = value.strip()
    if not digits.isascii() or not digits.isdecimal() or not 1 <= int(digits) <= 36_500:
        raise ValueError(f"{value!r} is not a number of days; use a whole number from 1 to 36500")
    return int(digits)


def policies(value: str) -> Mapping[str, str]:
    """Policies by workspace id; that of all workspaces under the empty id."""
    found: dict[str, str] = {}
    for part in names(value):
        team, _, policy = part.rpartition("=")
        if policy not in ("hold", "resend"):
            raise ValueError(f"{part!r} is neither hold nor resend; for one workspace write T0123=hold")
        found[team] = policy
    return found


def zone(value: str) -> ZoneInfo:
    """A time zone by its IANA name."""
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{value!r} is not a time zone; use a name such as Europe/Berlin or UTC") from error


def choice(*allowed: str) -> Callable[[str], str]:
    """A reader for one of a few words, in any case."""

    def read(value: str) -> str:
        if value.lower() not in allowed:
            raise ValueError(f"{value!r} is not one of {', '.join(allowed)}")
        return value.lower()

    return read


def command(value: str) -> str:
    """A slash command."""
    if not re.fullmatch(r"/[a-z0-9_-]{1,31}", value):
        raise ValueError(f"{value!r} is not a slash command; use / and up to 31 of a-z, 0-9, - and _")
    return value


def api_url(value: str) -> str:
    """The base of a Slack-compatible API, with its slash."""
    if urlsplit(value).scheme not in ("http", "https") or not value.rstrip("/").endswith("/api"):
        raise ValueError(f"{value!r} is not a Slack API address; it begins with http and ends in /api/")
    return value.rstrip("/") + "/"


def web_url(value: str) -> str:
    """A web address without a slash at its end, or nothing."""
    if value and (urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).netloc):
        raise ValueError(f"{value!r} is not a web address; it begins with https:// or http://")
    return value.rstrip("/")


def database_url(value: str) -> str:
    """A database address, as it stands."""
    if not re.match(r"(sqlite|postgres(ql)?)(\+\w+)?://", value):
        raise ValueError(
            f"{hide_password(value)!r} is not a database address; "
            "use sqlite:///newsbrief.db or postgresql://user:password@host/name"
        )
    return value


def hide_password(address: str) -> str:
    """The address with `***` for the password inside it; in a web address for all before the `@`.

    A password may itself hold `@` and `/`, so it is taken to reach to the last `@`.
    """
    hidden = re.sub(r"^(https?://).*@", r"\1***@", address, flags=re.DOTALL)
    hidden = re.sub(r"^(\w[\w+.-]*://[^:/@?]*):.*@", r"\1:***@", hidden, flags=re.DOTALL)
    return re.sub(r"([?&](?:password|sslpassword)=)[^&]*", r"\1***", hidden)
