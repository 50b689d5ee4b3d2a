"""What the ledger keeps of a brief, as the index has it and as it was noted; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from bot.domain.brief import Brief
from bot.domain.coverage import other_outlets, outlet_key
from bot.domain.ledger import Noted
from bot.domain.story import folded_title, title_words
from bot.store.codec import brief_from_document
from bot.store.rows import addresses_of, clamp, instant, key_of

DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A brief of the index, as far as the ledger cares; times in microseconds.

    `waits_until` is when a brief of the future appears, 0 for any other. `title_key` is None where the title
    names nothing, as in story.py.
    """

    slug: str
    is_visible: bool
    waits_until: int
    title: str
    folded: str
    title_key: bytes | None
    words: frozenset[str]
    provider: str
    published_at: int
    heat: int
    quality: int | None
    outlets: int
    addresses: frozenset[bytes]
    listed: frozenset[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """A brief as it was noted; times in microseconds. `listed` are digests, joined."""

    id: int
    slug: str
    title: str
    title_key: bytes | None
    words: frozenset[str]
    provider: str
    published_at: int
    visible_at: int
    story: int
    heat: int
    quality: int | None
    outlets: int
    listed: bytes


NOTED_COLUMNS = "id, slug, title, visible_at, published_at, story, heat, quality, provider, outlets"
ROW_COLUMNS = (
    "id, slug, title, title_key, title_words, provider, published_at, visible_at, story, heat, quality, "
    "outlets, listed"
)


def facts_of(slug: str, document: bytes | str, hidden: bool, published_at: int, now: int) -> Facts:
    """The facts of a brief of the index."""
    brief = brief_from_document(document)
    folded = folded_title(brief.title)
    found = title_words(brief.title)
    return Facts(
        slug=slug,
        is_visible=not hidden and published_at <= now,
        waits_until=published_at if not hidden and published_at > now else 0,
        title=key_of(brief.title),
        folded=folded,
        title_key=_digest(folded) if found and " " in folded else None,
        words=found,
        provider=key_of(outlet_key(brief)),
        published_at=published_at,
        heat=clamp(brief.warmth),
        quality=None if brief.quality is None else clamp(brief.quality),
        outlets=other_outlets(brief, brief.related),
        addresses=addresses_of(brief),
        listed=listed_by(brief),
    )


def listed_by(brief: Brief) -> frozenset[bytes]:
    """Digests of the addresses of its related coverage."""
    return frozenset(digest for article in brief.related for digest in addresses_of(article))


def row_from(found: Sequence[Any]) -> LedgerRow:
    """A row of ROW_COLUMNS."""
    return LedgerRow(
        id=found[0],
        slug=found[1],
        title=found[2],
        title_key=None if found[3] is None else bytes(found[3]),
        words=frozenset(found[4].split()),
        provider=found[5],
        published_at=found[6],
        visible_at=found[7],
        story=found[8],
        heat=found[9],
        quality=found[10],
        outlets=found[11],
        listed=bytes(found[12]),
    )


def values_of(row: LedgerRow) -> tuple[object, ...]:
    """The values of ROW_COLUMNS."""
    return (
        row.id,
        row.slug,
        row.title,
        row.title_key,
        " ".join(sorted(row.words)),
        row.provider,
        row.published_at,
        row.visible_at,
        row.story,
        row.heat,
        row.quality,
        row.outlets,
        row.listed,
    )


def noted_from(found: Sequence[Any]) -> Noted:
    """A row of NOTED_COLUMNS."""
    number, slug, title, visible_at, published_at, story, heat, quality, provider, outlets = found
    return Noted(
        id=number,
        slug=slug,
        title=title,
        visible_at=instant(visible_at),
        published_at=instant(published_at),
        story=story,
        heat=heat,
        quality=quality,
        provider=provider,
        outlets=outlets,
    )


def joined(digests: frozenset[bytes]) -> bytes:
    """Digests in one value, in order, so that equal sets are equal."""
    return b"".join(sorted(digests))


def split(listed: bytes) -> frozenset[bytes]:
    """The digests that `joined` put together."""
    return frozenset(listed[start : start + DIGEST_BYTES] for start in range(0, len(listed), DIGEST_BYTES))


def _digest(folded: str) -> bytes:
    return blake2b(folded.encode(), digest_size=DIGEST_BYTES).digest()
