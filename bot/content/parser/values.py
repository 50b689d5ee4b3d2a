"""Single values of the format: texts, dates, addresses, numbers and flags, the same on both paths."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import urlsplit

DROPPED = "\ufdd0"
"""Stands in the text for a character that no reader should get, so that columns stay right."""

LINE_BREAK = "\ufdd1"
"""Stands for a line break that only YAML 1.1 knows (NEL, LS, PS), so that both parsers see the same lines."""

ALREADY_REPORTED = "\ufdd2"
"""A value that stands where a broken one was; its problem is known."""

JOINED = "\ufdd3"
"""Fills the place of two escapes that were joined into a shorter one."""

MOST = 10**15
"""No whole number of the format goes beyond this; databases keep 64 bits and sums have to fit."""

_BREAKS = "\x85\u2028\u2029"
_BIDI = "".join(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
_CONTROLS = (*range(0x20), *range(0x7F, 0xA0), 0xFEFF, 0xFFFE, 0xFFFF)
_UNREADABLE = "".join(chr(code) for code in _CONTROLS if chr(code) not in "\t\n\x85")
_STAND_INS = DROPPED + LINE_BREAK + ALREADY_REPORTED + JOINED

_SHIELD = {
    **dict.fromkeys(map(ord, _UNREADABLE + _STAND_INS), DROPPED),
    **dict.fromkeys(map(ord, _BREAKS), LINE_BREAK),
}
_CLEAN = {
    **dict.fromkeys(map(ord, _UNREADABLE + _BIDI + DROPPED + ALREADY_REPORTED + JOINED)),
    **dict.fromkeys(map(ord, _BREAKS + LINE_BREAK), "\n"),
}

ODD_CHARACTER = re.compile("[" + re.escape(_UNREADABLE + _BREAKS + _BIDI + _STAND_INS) + "\t]")
"""What the fast path does not take: a tab, or a character that `shield` or `clean` changes."""

_HALVES = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


def shield(text: str) -> str:
    """The text with stand-ins for characters that YAML refuses or that its versions read differently."""
    return text.translate(_SHIELD) if ODD_CHARACTER.search(text) else text


def clean(text: str) -> str:
    r"""What a reader gets of a text: all of it, without what no reader should get.

    Left out are control characters other than tab and line feed, byte order marks, and the commands that
    turn the direction of all that follows (U+202A to U+202E, U+2066 to U+2069); marks such as U+200F and
    joiners stay, since right-to-left text and emoji need them. Every kind of line break becomes `\n`.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.translate(_CLEAN) if ODD_CHARACTER.search(text) else text


def is_clean(text: str) -> bool:
    """True where `clean` leaves nothing out; other kinds of line break do not count."""
    return len(clean(text)) == len(text.replace("\r\n", "\n").replace(JOINED, ""))


def join_halves(line: str) -> str:
    """The line with each character that JSON writes as two escapes written as one, of the same length."""
    return _HALVES.sub(_join, line)


def _join(found: re.Match[str]) -> str:
    high, low = int(found[1], 16), int(found[2], 16)
    return f"\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08X}{JOINED * 2}"


_DATE = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:(?:[Tt]|[ \t]+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?"
    r"[ \t]*(Z|z|UTC|GMT|[+-]\d{1,2}(?::?\d{2})?)?)?"
)


_EXACT = len("2021-02-04T18:58:00Z")


def exact_date(text: str) -> datetime | None:
    """The fast reading of `2021-02-04T18:58:00Z`, the format's own way to write a time; else None."""
    if len(text) == _EXACT and text[10] == "T" and text[-1] == "Z" and text[4] == text[7] == "-":
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return None
    return None


def read_date(text: str) -> tuple[datetime, str]:
    """A time in UTC, and what is doubtful about it (empty where nothing is).

    Raises ValueError with a sentence for what is no date, or one that no calendar has.
    """
    text = text.strip()
    if exact := exact_date(text):
        return exact, ""
    found = _DATE.fullmatch(text)
    if not found:
        raise ValueError(f"{quoted(text)} is not a date")
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        when = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0),
            int((fraction or "")[:6].ljust(6, "0")), tzinfo=_zone(zone),
        ).astimezone(UTC)  # fmt: skip
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{quoted(text)} is a date that does not exist ({error})") from error
    if hour is None:
        return when, f"{quoted(text)} has no time of day; it is taken as midnight UTC"
    return when, "" if zone else f"{quoted(text)} has no time zone; it is taken as UTC"


def _zone(text: str | None) -> timezone:
    if not text or text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "")
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    shift = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(shift if text[0] == "+" else -shift)


PLAIN_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(?:/\S*)?")
"""Addresses that need no second look; a subset of what `read_address` takes unchanged."""

_HOST = re.compile(r"[^\s<>\"{}|\\^`%/?#@]+")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")


def read_address(text: str) -> tuple[str, str]:
    """A web address, and what was changed in it (empty where nothing was).

    Spaces inside are percent-encoded, around it they fall away. Raises ValueError with a sentence for
    what is no address, or for a scheme other than http and https.
    """
    address = text.strip()
    if any(break_ in address for break_ in "\n\t"):
        raise ValueError(f"{quoted(address)} has a line break or tab inside")
    changed = "a space in the address is written as %20" if " " in address else ""
    address = address.replace(" ", "%20")
    _check_scheme(address)
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise ValueError(f"{quoted(address)} is not an address ({error})") from error
    if not _HOST.fullmatch(host):
        raise ValueError(f"{quoted(address)} has no usable host name")
    return address, changed


def _check_scheme(address: str) -> None:
    scheme = _SCHEME.match(address)
    if not scheme:
        raise ValueError(f"{quoted(address)} is not a full address")
    rest = address[scheme.end() :]
    if scheme.group(1).lower() not in ("http", "https"):
        if rest.startswith("//") or not rest[:1].isdigit():
            raise ValueError(f"{quoted(address)} begins with {scheme.group(0)}, not with http: or https:")
        raise ValueError(f"{quoted(address)} is not a full address")
    if not rest.startswith("//"):
        raise ValueError(f"{quoted(address)} lacks the // after {scheme.group(0)}")


def read_image_address(text: str) -> tuple[str, str]:
    """Like `read_address`, but an address without scheme and host is one inside the assets folder."""
    address = text.strip()
    if _SCHEME.match(address) or "\n" in address or "\t" in address:
        return read_address(text)
    if address.startswith("//"):
        return read_address(f"https:{address}")
    return address.replace(" ", "%20"), "a space in the address is written as %20" if " " in address else ""


_NUMBER = re.compile(r"[+-]?[0-9]{1,30}")


def read_number(text: str) -> int:
    """A whole decimal number; leading zeros mean nothing. Raises ValueError with a sentence otherwise."""
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{quoted(text)} is not a whole number")
    number = int(text)
    if abs(number) > MOST:
        raise ValueError(f"{quoted(text)} is beyond any number that can be kept")
    return number


_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def read_flag(text: str) -> bool:
    """Yes or no in any of YAML's ways to write it. Raises ValueError with a sentence otherwise."""
    flag = _FLAGS.get(text.lower()) if text in (text.lower(), text.upper(), text.capitalize()) else None
    if flag is None:
        raise ValueError(f"{quoted(text)} is neither true nor false")
    return flag


NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
"""Unquoted, these are no value in either version of YAML, in every field."""


def quoted(text: str) -> str:
    """A value as problems show it: on one line, shortened, without what no reader should get."""
    return f"`{plain(text)}`"


def plain(text: str) -> str:
    """Like `quoted`, without the quotes."""
    line = " ".join(clean(text[: 4 * _SHOWN]).split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


_SHOWN = 60
