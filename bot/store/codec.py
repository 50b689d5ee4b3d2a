"""Briefs and problems as JSON and back, exactly.

A brief's JSON is kept deflated: a third of its size, and so less to write than the text itself.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import MISSING, fields
from datetime import datetime
from operator import attrgetter
from typing import Any, TypeVar

from bot.domain.brief import Article, Brief, Image, Provider
from bot.domain.problem import Problem, Severity

A = TypeVar("A", bound=Article)

_ARTICLE = (
    "title", "web_url", "original_url", "amp_web_url", "published_at", "provider", "type", "quality", "heat",
    "excerpt", "category", "topics", "related", "images", "updated_at", "cdn_amp_web_url", "published",
    "removed", "deleted", "featured_content", "locale",
)  # fmt: skip
_BRIEF = ("slug", *_ARTICLE)
_PROVIDER = ("name", "domain", "images")
_IMAGE = ("url", "width", "height", "title", "is_cached")
"""Fields are kept in these orders, without their names."""

_RAW = -15
_DEFLATED = b"\x02"
"""The first byte says how a document is kept; JSON of earlier releases begins with a brace."""

_LEVEL = 3
"""A fifth quicker than the usual 6 for two bytes in a hundred more."""

_COMMON = (
    b'",false,true,false,"<p>","en-us"]["https://www..png",1200,630,"",true],["https://www./wp-content/uploads/'
    b'.jpg","2021-02-01T00:00:00+00:00",["","www..com",[["/images/.png",512,512,null,true]]],"video",100,'
    b'","news",["",""],[[" and the to for in with of on at by from as is how why new ","https://www..com/2020/'
    b'01/","","","2022-01-01T00:00:00+00:00",["","com",[]],"article",50,null,"The that it will be a more '
    b'your data, what have been this year said .","",[],[],[],null,"",true,false,false,"",""],["'
)
"""What most documents hold, in the order of growing use: deflate then refers to it, for a fifth of the size.

Like the orders of fields it is part of how documents are kept: another one needs another first byte.
"""


def brief_to_document(brief: Brief) -> bytes:
    """The brief as it is kept: deflated JSON, in ASCII, so that any text inside survives."""
    press = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW, zdict=_COMMON)
    data = _encode([brief.slug, *_article_values(brief)]).encode("ascii")
    return _DEFLATED + press.compress(data) + press.flush()


def brief_from_document(document: bytes | str) -> Brief:
    """The brief that `brief_to_document` wrote, or an earlier release, which wrote plain JSON."""
    if isinstance(document, bytes) and document.startswith(_DEFLATED):
        document = zlib.decompressobj(_RAW, zdict=_COMMON).decompress(document[1:])
        return _article_of(Brief, _BRIEF, json.loads(document))
    return _named_article(Brief, json.loads(document))


def problems_to_json(problems: Sequence[Problem]) -> str:
    """Problems as a JSON list."""
    return _encode([_plain(problem, _PROBLEM) for problem in problems]) if problems else "[]"


def problems_from_json(document: str) -> tuple[Problem, ...]:
    """The problems that `problems_to_json` wrote."""
    return tuple(Problem(**{**item, "severity": Severity(item["severity"])}) for item in json.loads(document))


_encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
_PROBLEM = tuple((field.name, field.default) for field in fields(Problem))
_TIMES = ("published_at", "updated_at")


def _plain(value: object, defaults: tuple[tuple[str, Any], ...]) -> dict[str, Any]:
    """The fields of a value that differ from their defaults."""
    found: dict[str, Any] = {}
    for name, default in defaults:
        item = getattr(value, name)
        if default is MISSING or item != default:
            found[name] = item
    return found


_article_fields = attrgetter(*_ARTICLE)
_provider_fields = attrgetter(*_PROVIDER)
_image_fields = attrgetter(*_IMAGE)
_AT = {name: place for place, name in enumerate(_ARTICLE)}
_PUBLISHED, _UPDATED, _BY = _AT["published_at"], _AT["updated_at"], _AT["provider"]
_IMAGES, _RELATED = _AT["images"], _AT["related"]


def _article_values(article: Article) -> list[Any]:
    """The values of an article's fields as JSON has them."""
    found = list(_article_fields(article))
    for place in (_PUBLISHED, _UPDATED):
        if found[place]:
            found[place] = found[place].isoformat()
    name, domain, logos = _provider_fields(found[_BY])
    found[_BY] = (name, domain, list(map(_image_fields, logos)))
    if images := found[_IMAGES]:
        found[_IMAGES] = list(map(_image_fields, images))
    if related := found[_RELATED]:
        found[_RELATED] = list(map(_article_values, related))
    return found


def _article_of(kind: type[A], names: tuple[str, ...], values: list[Any]) -> A:
    found = dict(zip(names, values, strict=True))
    for name in _TIMES:
        if found[name]:
            found[name] = datetime.fromisoformat(found[name])
    name, domain, logos = found["provider"]
    found["provider"] = Provider(name=name, domain=domain, images=tuple(map(_image_of, logos)))
    found["topics"] = tuple(found["topics"])
    found["images"] = tuple(map(_image_of, found["images"]))
    found["related"] = tuple([_article_of(Article, _ARTICLE, item) for item in found["related"]])
    return kind(**found)


def _image_of(values: list[Any]) -> Image:
    return Image(**dict(zip(_IMAGE, values, strict=True)))


def _named_article(kind: type[A], found: dict[str, Any]) -> A:
    """An article of an earlier release: fields by name, without those that have their default values."""
    for name in _TIMES:
        if name in found:
            found[name] = datetime.fromisoformat(found[name])
    if provider := found.get("provider"):
        found["provider"] = Provider(**{**provider, "images": _named_images(provider)})
    found["images"] = _named_images(found)
    found["topics"] = tuple(found.get("topics", ()))
    found["related"] = tuple(_named_article(Article, item) for item in found.get("related", ()))
    return kind(**found)


def _named_images(found: dict[str, Any]) -> tuple[Image, ...]:
    return tuple(Image(**image) for image in found.get("images", ()))
