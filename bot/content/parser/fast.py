"""The fast path: yaml-rs around a guard and a strict reading; it never has the last word.

It takes a text only where both YAML versions and both parsers must agree, and only where there is nothing
to report. Everything else is `HandOver`: the precise path reads the text again and gives the verdict.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import yaml_rs

from bot.content.parser import fields as known
from bot.content.parser.fields import FieldRule, Kind
from bot.content.parser.values import MOST, ODD_CHARACTER, PLAIN_ADDRESS, exact_date
from bot.domain.brief import Article, Image, Provider
from bot.domain.logo import IMAGE_FORMATS, is_shown

_MOST_TEXT = 400_000
_MOST_COLUMNS = 100

_PLAIN_BYTES = bytes({*range(0x20, 0x7F), 0x0A})
_SHAPES = bytes.maketrans(b"-?:+\n&*!{|>xobXOB", b"     [[[[[[xxxxxx")
"""Bytes as what they may be in YAML: a space, `[` for what opens something, `x` for a number's base."""

_OPENING = re.compile(r"(?:\A|\n|[:?-] )[ ]*[&*!\[{|>]")
"""Where a value begins with an anchor, alias, tag, flow collection or block of text.

At the end of a text yaml-rs reads an empty block as a line break, libyaml as nothing.
"""

_UNDERSCORED = re.compile(r"_[0-9_]*[ ]*(?:\n|\Z)")
_ODD_ESCAPE = re.compile(r"""\\[^"\\n]""")
_ASCII_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(?:/[!-~]*)?")
"""Most of PLAIN_ADDRESS, in a third of its time."""

_PLAIN_PICTURE = re.compile(r"(?:https?://[A-Za-z0-9.-]+)?/\S*")
_SHOWN_ENDINGS = tuple(f".{name}" for name in IMAGE_FORMATS)
_SECURED = re.compile(r'secured: "[^"\\\n]*"[ ]*(?:\n|\Z)')


class HandOver(Exception):
    """The fast path does not vouch for this text."""


def read_fast(front: str) -> tuple[dict[str, Any], list[tuple[int, int]]]:
    """An article's attributes by name, and where `secured` stands in the text. Raises HandOver."""
    _guard(front)
    try:
        fields = yaml_rs.loads(front, parse_datetime=False)
    except ValueError as error:
        raise HandOver from error
    if type(fields) is not dict or "taxonomy" in fields:
        raise HandOver
    spans = _secured_span(front) if "secured" in fields else []
    fields.pop("secured", None)
    try:
        values = _article(fields)
    except KeyError as error:
        raise HandOver from error
    if "published_at" not in values:
        raise HandOver
    return values, spans


def _guard(front: str) -> None:
    """Raise HandOver for a text with anything in it that the two parsers might see differently.

    Each test is one pass of C code over the whole text; patterns run only where such a test found cause.
    """
    data = front.encode()
    odd = data.translate(None, _PLAIN_BYTES)
    if len(data) > _MOST_TEXT or (odd and ODD_CHARACTER.search(odd.decode())):
        raise HandOver
    shapes = data.translate(_SHAPES)
    if b" 0x" in shapes or b" " * _MOST_COLUMNS in shapes or front[:1] in "%\"'&*![{|>":
        raise HandOver  # a number that is not decimal; nesting that would overflow yaml-rs's stack
    opened = shapes.count(b" [")
    if opened != data.count(b" & ") and _OPENING.search(front):
        raise HandOver
    if "#" in front and (" #" in front or "\n#" in front or front[0] == "#"):
        raise HandOver
    if ("_" in front and _UNDERSCORED.search(front)) or ("\\" in front and _ODD_ESCAPE.search(front)):
        raise HandOver


def _secured_span(front: str) -> list[tuple[int, int]]:
    """Where the field stands, if it is one line: only a field can stand at the very left, and only once."""
    found = _SECURED.match(front, front.rfind("\nsecured:") + 1)
    if not found:
        raise HandOver
    return [found.span()]


def _date(text: str) -> datetime:
    when = exact_date(text)
    if when is None:
        raise HandOver
    return when


def _address(text: str) -> str:
    if not (_ASCII_ADDRESS.fullmatch(text) or PLAIN_ADDRESS.fullmatch(text)):
        raise HandOver
    return text


def _picture(text: str) -> str:
    if not (_ASCII_ADDRESS.fullmatch(text) or _PLAIN_PICTURE.fullmatch(text)) or text.startswith("//"):
        raise HandOver
    if not (text.endswith(_SHOWN_ENDINGS) and "?" not in text and "#" not in text) and not is_shown(text):
        raise HandOver
    return text


def _number(number: int) -> int:
    if not -MOST <= number <= MOST:
        raise HandOver
    return number


def _read(
    fields: dict[str, Any], rules: Mapping[str, tuple[str, type, Callable[[Any], Any] | None]]
) -> dict[str, Any]:
    """Values by attribute; KeyError for an unknown key, HandOver for another type than the field's own."""
    values = {}
    for key, value in fields.items():
        attribute, kind, read = rules[key]
        if type(value) is not kind:
            raise HandOver
        values[attribute] = value if read is None else read(value)
    return values


def _article(fields: dict[str, Any]) -> dict[str, Any]:
    values = _read(fields, _ARTICLE)
    title = values["title"]
    if not title or title.isspace():
        raise HandOver
    if not (values.get("web_url") or values.get("original_url") or values.get("amp_web_url")):
        raise HandOver
    return values


def _provider(fields: dict[str, Any]) -> Provider:
    return Provider(**_read(fields, _PROVIDER))


def _images(items: list[Any]) -> tuple[Image, ...]:
    images = []
    for item in items:
        values = _read(_mapping(item), _IMAGE)
        if "url" not in values:
            raise HandOver
        images.append(Image(**values))
    return tuple(images)


def _topics(items: list[Any]) -> tuple[str, ...]:
    for topic in items:
        if type(topic) is not str or not topic.strip():
            raise HandOver
    return tuple(dict.fromkeys(items))


def _related(items: list[Any]) -> tuple[Article, ...]:
    return tuple([Article(**_article(_mapping(item))) for item in items])


def _mapping(item: object) -> dict[str, Any]:
    if type(item) is not dict:
        raise HandOver
    return item


_READERS: Mapping[Kind, tuple[type, Callable[[Any], Any] | None]] = {
    Kind.TEXT: (str, None),
    Kind.DATE: (str, _date),
    Kind.ADDRESS: (str, _address),
    Kind.IMAGE_ADDRESS: (str, _picture),
    Kind.NUMBER: (int, _number),
    Kind.FLAG: (bool, None),
    Kind.PROVIDER: (dict, _provider),
    Kind.TOPICS: (list, _topics),
    Kind.IMAGES: (list, _images),
    Kind.RELATED: (list, _related),
}


def _rules(fields: Mapping[str, FieldRule]) -> Mapping[str, tuple[str, type, Callable[[Any], Any] | None]]:
    """The known keys without `secured`: the brief's own is taken out before, a related article's is rare."""
    return {
        key: (rule.attribute, *_READERS[rule.kind]) for key, rule in fields.items() if rule.kind in _READERS
    }


_ARTICLE = _rules(known.ARTICLE_FIELDS)
_PROVIDER = _rules(known.PROVIDER_FIELDS)
_IMAGE = _rules(known.IMAGE_FIELDS)
