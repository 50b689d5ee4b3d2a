"""A brief as its file: front matter in the order and form of real ones (contract section 6)."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator
from datetime import datetime

from bot.domain.brief import Article, Brief, Image, Provider

_OPAQUE_BYTES = 340
"""Of the field `secured`, as long as in real files."""


def rendered(brief: Brief) -> str:
    """The whole file, with an opaque `secured` field."""
    noise = base64.b64encode(random.Random(brief.slug).randbytes(_OPAQUE_BYTES)).decode()
    return f'---\n{front_matter(brief)}\nsecured: "{noise}"\n---\n'


def front_matter(brief: Brief) -> str:
    """What the file says, without the opaque field and the lines of dashes."""
    return "\n".join(_lines(brief)) + "\n"


def _lines(brief: Brief) -> Iterator[str]:
    yield f"category: {brief.category}"
    yield from _head(brief)
    yield f"published: {str(brief.published).lower()}\n\nprovider:"
    yield from _provider(brief.provider, "  ")
    yield "\ntopics:"
    yield from (f"  - {_quoted(topic)}" for topic in brief.topics)
    if brief.images:
        yield "\nimages:"
        yield from _images(brief.images, "  ")
    if brief.related:
        yield "\nrelated:"
    for article in brief.related:
        head = [f"    {line}" for line in (*_head(article), "provider:", *_provider(article.provider, "  "))]
        yield from (f"  - {head[0].strip()}", *head[1:])


def _head(article: Article) -> Iterator[str]:
    """The fields a brief and its related coverage share."""
    yield f"title: {_quoted(article.title)}"
    yield f"excerpt: {_quoted(article.excerpt)}"
    if article.published_at:
        yield f"publishedDateTime: {_time(article.published_at)}"
    addresses = {
        "originalUrl": article.original_url,
        "webUrl": article.web_url,
        "ampWebUrl": article.amp_web_url,
        "cdnAmpWebUrl": article.cdn_amp_web_url,
    }
    yield from (f"{name}: {_quoted(address)}" for name, address in addresses.items() if address)
    yield f"type: {article.type}"
    numbers = {"quality": article.quality, "heat": article.heat}
    yield from (f"{name}: {number}" for name, number in numbers.items() if number is not None)


def _provider(provider: Provider, indent: str) -> Iterator[str]:
    yield f"{indent}name: {_quoted(provider.name)}"
    yield f"{indent}domain: {_quoted(provider.domain)}"
    if provider.images:
        yield f"{indent}images:"
        yield from _images(provider.images, indent + "  ")


def _images(images: tuple[Image, ...], indent: str) -> Iterator[str]:
    for image in images:
        yield f"{indent}- url: {_quoted(image.url)}"
        sizes = {"width": image.width, "height": image.height}
        yield from (f"{indent}  {name}: {size}" for name, size in sizes.items() if size is not None)
        if image.title is not None:
            yield f"{indent}  title: {_quoted(image.title)}"
        if image.is_cached is not None:
            yield f"{indent}  isCached: {str(image.is_cached).lower()}"


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
