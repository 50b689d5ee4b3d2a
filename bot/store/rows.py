"""A brief as rows: its number, its searchable text, names, addresses; pure.

Rows are tuples, made by the ten thousand and sent between processes: a third of the time of dataclasses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import NamedTuple

from bot.domain.address import canonical_address
from bot.domain.brief import Article, Brief
from bot.domain.searchable import searchable
from bot.store.codec import brief_to_document

SLOTS = 1 << 23
"""Numbers within one second: seconds in the high bits, a slot by the slug's hash in the low ones.

The same folder so gives the same numbers, whatever its history; the years 1 to 9999 fit into 62 bits.
"""

TOKEN_CHARS = 255
"""Longer tokens are not indexed: nobody types them, and PostgreSQL takes at most 2,046 bytes."""

FIELD_CHARS = 100_000
"""What of one field is searched; PostgreSQL's tsvector holds at most a megabyte."""

KEY_CHARS = 500
"""What of a name is compared; PostgreSQL's index takes at most 2,704 bytes."""

INTEGER_LIMIT = (1 << 62) - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


TextOf = Callable[[str, str, str], str]
"""What a database's full-text table is given for a brief's title, meta and body, see `textual.py`."""


class CountedRow(NamedTuple):
    """What of a brief is searched and counted: enough to take it out of the index again."""

    id: int
    slug: str
    hidden: bool
    heat: int
    provider_key: str
    provider_name: str
    title: str
    meta: str
    body: str


class BriefRow(NamedTuple):
    """A brief as it is stored; `id` is the number it would like, the writer gives it a free one.

    It begins with the columns of the table `brief`.
    """

    id: int
    slug: str
    path: str
    hidden: bool
    withdrawn: bool
    is_video: bool
    published_at: int
    heat: int
    quality: int | None
    provider_key: str
    provider_name: str
    title: str
    meta: str
    body: str
    text: str
    document: bytes
    topics: tuple[tuple[str, str], ...]
    addresses: tuple[bytes, ...]


def tokens_of(row: CountedRow | BriefRow) -> set[str]:
    """Every token of a brief, once."""
    return {*row.title.split(), *row.meta.split(), *row.body.split()}


def row_of(brief: Brief, path: str, first_seen: int, text_of: TextOf) -> BriefRow:
    """The row of a brief; a missing date becomes `first_seen` (microseconds)."""
    if brief.published_at is None:
        brief = replace(brief, published_at=instant(first_seen))
    published_at = microseconds(brief.published_at or _EPOCH)
    found = searchable(brief)
    title, meta, body = _limited(found.title), _limited(found.meta), _limited(found.body)
    return BriefRow(
        id=wanted_id(brief.slug, published_at),
        slug=brief.slug,
        path=path,
        hidden=brief.is_hidden,
        withdrawn=brief.is_withdrawn,
        is_video=brief.is_video,
        published_at=published_at,
        heat=clamp(brief.warmth),
        quality=None if brief.quality is None else clamp(brief.quality),
        provider_key=key_of(brief.provider.key),
        provider_name=key_of(brief.provider.label),
        title=title,
        meta=meta,
        body=body,
        text="" if brief.is_hidden else text_of(title, meta, body),
        document=brief_to_document(brief),
        topics=tuple({key_of(name.casefold()): key_of(name) for name in brief.topics if name}.items()),
        addresses=tuple(addresses_of(brief)),
    )


def wanted_id(slug: str, published_at: int) -> int:
    """The publish-ordered number of a brief where nothing else has it."""
    slot = int.from_bytes(blake2b(slug.encode("utf-8", "replace"), digest_size=4).digest()) % SLOTS
    return first_id(published_at) + slot


def first_id(published_at: int) -> int:
    """The least number of the second that these microseconds lie in."""
    return published_at // 1_000_000 * SLOTS


def next_id(taken: int) -> int:
    """The number after `taken` within the same second."""
    second, slot = divmod(taken, SLOTS)
    return second * SLOTS + (slot + 1) % SLOTS


def addresses_of(article: Article) -> frozenset[bytes]:
    """Digests of the article's canonical addresses."""
    urls = {article.web_url, article.original_url, article.amp_web_url, article.cdn_amp_web_url}
    found = {canonical_address(url) for url in urls}
    return frozenset([address_digest(address) for address in found if address])


def address_digest(canonical: str) -> bytes:
    """What stands for a canonical address in the index."""
    return blake2b(canonical.encode("utf-8", "replace"), digest_size=16).digest()


def key_of(name: str) -> str:
    """A name as databases can hold and compare it."""
    if name.isascii() and len(name) <= KEY_CHARS and "\0" not in name:
        return name
    return name[:KEY_CHARS].replace("\0", "").encode("utf-8", "ignore").decode()


def clamp(number: int) -> int:
    """A whole number as databases can hold it; the document keeps the exact one."""
    return max(-INTEGER_LIMIT, min(INTEGER_LIMIT, number))


def microseconds(moment: datetime) -> int:
    """Whole microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def instant(micros: int) -> datetime:
    """The moment of so many microseconds since 1970, aware, in UTC."""
    return _EPOCH + timedelta(microseconds=micros)


def _limited(tokens: str) -> str:
    if len(tokens) > FIELD_CHARS:
        tokens = tokens[:FIELD_CHARS].rpartition(" ")[0]
    if len(tokens) > TOKEN_CHARS:
        tokens = " ".join(token for token in tokens.split() if len(token) <= TOKEN_CHARS)
    return tokens
