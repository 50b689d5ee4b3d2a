"""The fast path: yaml-rs around a guard and a strict reading; it never has the last word.

It takes a text only where both YAML versions and both parsers must agree, and only where there is nothing
to report. Everything else is `HandOver`: the precise path reads the text again and gives the verdict.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import yaml_rs

from bot.content.parser import fields as known
from bot.content.parser.fields import FieldRule, Kind
from bot.content.parser.values import MOST, ODD_CHARACTER, PLAIN_ADDRESS, exact_date
from bot.domain.brief import Article, Image, Provider
from bot.domain.logo import is_shown

_ODD_BYTES = bytes({*range(0x20), 0x7F} - {0x0A})
_ODD_SYNTAX = re.compile(
    r"""[ \n,\[{:-][&*!][^\s]"""  # an anchor, alias or tag
    r"""|[\s:,\[{][-+]?(?:0[xobXOB]|[0-9][0-9_]*_)"""  # a number that is not plainly decimal
    r"""|[-?:][ ]+[-?:][ ]+[-?:][ ]"""  # deep nesting in one line, which would overflow yaml-rs's stack
)
_ODD_ESCAPE = re.compile(r"""\\[^"\\n]""")
_MOST_TEXT = 400_000
_PLAIN_PICTURE = re.compile(r"(?:https?://[A-Za-z0-9.-]+)?/[!-~]*")
_SECURED = re.compile(r'secured: "[^"\\\n]*"[ ]*(?:\n|$)')


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
    spans = _secured_span(front) if fields.pop("secured", None) is not None else []
    values = _article(fields)
    if "published_at" not in values:
        raise HandOver
    return values, spans


def _guard(front: str) -> None:
    if front.isascii():
        plain = front.encode()
        odd = len(plain.translate(None, _ODD_BYTES)) != len(plain)
    else:
        odd = ODD_CHARACTER.search(front) is not None
    if odd or len(front) > _MOST_TEXT or " #" in front or "<<" in front or front[:1] == "%":
        raise HandOver
    if _ODD_SYNTAX.search(front) or ("\\" in front and _ODD_ESCAPE.search(front)):
        raise HandOver


def _secured_span(front: str) -> list[tuple[int, int]]:
    start = 0 if front.startswith("secured:") else front.find("\nsecured:") + 1
    found = _SECURED.match(front, start)
    if not found or front.find("\nsecured:", start) >= 0:
        raise HandOver
    return [(start, found.end())]


def _hand_over(_: object) -> NoReturn:
    raise HandOver


def _text(value: object) -> str:
    if type(value) is not str:
        raise HandOver
    return value


def _number(value: object) -> int:
    if type(value) is not int or not -MOST <= value <= MOST:
        raise HandOver
    return value


def _flag(value: object) -> bool:
    if type(value) is not bool:
        raise HandOver
    return value


def _date(value: object) -> Any:  # noqa: ANN401 - a datetime, once it is one
    when = exact_date(value) if type(value) is str else None
    if when is None:
        raise HandOver
    return when


def _address(value: object) -> str:
    if type(value) is not str or not PLAIN_ADDRESS.fullmatch(value):
        raise HandOver
    return value


def _picture(value: object) -> str:
    if (
        type(value) is not str
        or not _PLAIN_PICTURE.fullmatch(value)
        or value.startswith("//")
        or not is_shown(value)
    ):
        raise HandOver
    return value


def _read(fields: object, readers: Mapping[object, tuple[str, Callable[[Any], Any]]]) -> dict[str, Any]:
    if type(fields) is not dict:
        raise HandOver
    values = {}
    for key, value in fields.items():
        attribute, read = readers.get(key, _UNKNOWN)
        values[attribute] = read(value)
    return values


def _article(fields: object) -> dict[str, Any]:
    values = _read(fields, _ARTICLE)
    title = values.get("title")
    if not title or title.isspace():
        raise HandOver
    if not (values.get("web_url") or values.get("original_url") or values.get("amp_web_url")):
        raise HandOver
    return values


def _provider(value: object) -> Provider:
    return Provider(**_read(value, _PROVIDER))


def _image(value: object) -> Image:
    values = _read(value, _IMAGE)
    if "url" not in values:
        raise HandOver
    return Image(**values)


def _items(value: object) -> list[Any]:
    if type(value) is not list:
        raise HandOver
    return value


def _images(value: object) -> tuple[Image, ...]:
    return tuple([_image(item) for item in _items(value)])


def _topics(value: object) -> tuple[str, ...]:
    topics = dict.fromkeys([_text(item) for item in _items(value)])
    if any(not topic.strip() for topic in topics):
        raise HandOver
    return tuple(topics)


def _related(value: object) -> tuple[Article, ...]:
    return tuple([Article(**_article(item)) for item in _items(value)])


_READERS: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.TEXT: _text,
    Kind.DATE: _date,
    Kind.ADDRESS: _address,
    Kind.IMAGE_ADDRESS: _picture,
    Kind.NUMBER: _number,
    Kind.FLAG: _flag,
    Kind.PROVIDER: _provider,
    Kind.TOPICS: _topics,
    Kind.IMAGES: _images,
    Kind.RELATED: _related,
    Kind.SECURED: _hand_over,
}
_UNKNOWN: tuple[str, Callable[[Any], Any]] = ("", _hand_over)


def _readers(rules: Mapping[str, FieldRule]) -> Mapping[object, tuple[str, Callable[[Any], Any]]]:
    return {key: (rule.attribute, _READERS[rule.kind]) for key, rule in rules.items()}


_ARTICLE = _readers(known.ARTICLE_FIELDS)
_PROVIDER = _readers(known.PROVIDER_FIELDS)
_IMAGE = _readers(known.IMAGE_FIELDS)
