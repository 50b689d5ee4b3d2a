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
from bot.content.parser.values import MOST, ODD_CHARACTER, PLAIN_ADDRESS, clean, exact_date
from bot.domain.brief import Article, Image, Provider
from bot.domain.logo import IMAGE_FORMATS, is_shown

_MOST_TEXT = 250_000
"""Characters; three of them can be a value, and the precise path counts those."""

_MOST_COLUMNS = b" " * 100
"""In shapes: deep nesting, which would overflow yaml-rs's stack, is known by its indentation."""

_PLAIN_BYTES = bytes({*range(0x20, 0x7F), 0x0A})
_CONTROLS = bytes({*range(0x20), 0x7F} - {0x0A})
_SHAPES = bytes.maketrans(b"-?:&*!{|>" + _CONTROLS, b"   [[[[[[" + bytes(len(_CONTROLS)))
"""Bytes as what they may be in YAML: a space, `[` for what opens something, NUL for any control."""

_OPENED = re.compile(rb"\[(?:(?<=[\n ] \[)|(?<=\n\[))")
"""A quick look for what _OPENING finds, in shapes; it takes a little more than that."""

_COMMENT = re.compile(r"#(?<=[ \n]#)")
_OPENING = re.compile(r"(?:\A|\n|[:?-] )[ ]*[&*!\[{|>]|(?:\A|[ \n])#")
"""Where a value begins with an anchor, alias, tag, flow collection or block of text; and a comment.

At the end of a text yaml-rs reads an empty block as a line break, libyaml as nothing. A comment may be meant
as text, which the precise path tells.
"""

_QUOTED_LINE = re.compile(r'^ *(?:- )?[A-Za-z]+: "[^"\\\n]*(?:\\.[^"\\\n]*)*"$', re.MULTILINE)
"""A field with its whole value in double quotes: nothing in them opens anything."""

_NOT_DECIMAL = re.compile(r"0[xobXOB](?<=[\s:?+-]..)")
_UNDERSCORED = re.compile(r"_[0-9_]*[ ]*(?:\n|\Z)")
_ODD_ESCAPE = re.compile(r"""\\[^"\\nr]""")
_ASCII_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(?:/[!-~]*)?")
"""Most of PLAIN_ADDRESS, in a third of its time."""

_PLAIN_PICTURE = re.compile(r"(?:https?://[A-Za-z0-9.-]+)?/\S*")
_SHOWN_ENDINGS = tuple(f".{name}" for name in IMAGE_FORMATS)
_SECURED = re.compile(r'secured: "[^"\\\n]*"[ ]*(?:\n|\Z)')


class HandOver(Exception):
    """The fast path does not vouch for this text."""


def read_fast(front: str) -> tuple[dict[str, Any], list[tuple[int, int]]]:
    """An article's attributes by name, and where `secured` stands in the text. Raises HandOver."""
    if len(front) > _MOST_TEXT:
        raise HandOver
    text = _without_last_secured(front)
    spans = [] if text is front else [(len(text), len(front))]
    fields = _load(text)
    if "secured" in fields:
        if spans:
            raise HandOver  # given twice
        spans = _secured_span(front)
        del fields["secured"]
    try:
        values = _article(fields)
    except KeyError as error:
        raise HandOver from error
    if "published_at" not in values:
        raise HandOver
    return values, spans


def _load(text: str) -> dict[str, Any]:
    _guard(text)
    try:
        fields = yaml_rs.loads(text, parse_datetime=False)
    except ValueError as error:
        raise HandOver from error
    if type(fields) is not dict or "taxonomy" in fields:
        raise HandOver
    return _with_line_feeds(fields) if "\\r" in text else fields


def _without_last_secured(front: str) -> str:
    """The text without a last line that is the `secured` field and nothing else.

    It is a field if no quoted value is still open there, and then the rest is no YAML either.
    """
    start = front.rfind('\nsecured: "') + 1
    value = front[start + len('secured: "') :]
    is_line = value[-2:] == '"\n' and value.count('"') == value.count("\n") == 1 and "\\" not in value
    return front[:start] if start and is_line and front[0].isalpha() else front


def _guard(text: str) -> None:
    """Raise HandOver for a text with anything in it that the two parsers might see differently.

    Each test is one pass of C code over the whole text; patterns run only where such a test found cause.
    """
    data = text.encode()
    shapes = data.translate(_SHAPES)
    if b"\0" in shapes or (not text.isascii() and _is_odd(data)):
        raise HandOver
    if text[:1] in " #%\"'&*![{|>" or _MOST_COLUMNS in shapes or _NOT_DECIMAL.search(text):
        raise HandOver
    opened = _OPENED.search(shapes) or ("#" in text and _COMMENT.search(text))
    if opened and _OPENING.search(_QUOTED_LINE.sub("", text)):
        raise HandOver
    if ("_" in text and _UNDERSCORED.search(text)) or ("\\" in text and _ODD_ESCAPE.search(text)):
        raise HandOver


def _is_odd(data: bytes) -> bool:
    return ODD_CHARACTER.search(data.translate(None, _PLAIN_BYTES).decode()) is not None


def _with_line_feeds(value: Any) -> Any:  # noqa: ANN401 - whatever YAML gave
    """The value with every line end that came out of an escape as `\\n`."""
    if type(value) is dict:
        return {key: _with_line_feeds(item) for key, item in value.items()}
    if type(value) is list:
        return [_with_line_feeds(item) for item in value]
    return clean(value) if type(value) is str else value


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
