"""One file on the disk as a brief or as everything that is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

import yaml

from bot.domain.brief import Article, Brief, Image, Provider
from bot.domain.problem import Problem, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFile:
    """What a file says. `brief` is None where a problem is an error, or where `skipped` says it is no brief.

    `digest` is over the content without the `secured` field.
    """

    brief: Brief | None
    digest: str
    problems: tuple[Problem, ...] = ()
    skipped: bool = False


def parse_file(path: str, *, shown: str | None = None) -> ParsedFile:
    """Read and parse a file; whatever is wrong with it is a problem, never an exception.

    Problems name the file as `shown` (the path itself unless given). The slug is the file name without
    `.md`.
    """
    shown = path if shown is None else shown
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
        return ParsedFile(brief=None, digest=_digest(message.encode()), problems=(_error(shown, message),))
    return parse_text(data, shown=shown, slug=Path(path).name.removesuffix(".md"))


def parse_text(data: bytes, *, shown: str, slug: str) -> ParsedFile:
    """Parse a file's content; pure."""
    try:
        _, front, body = data.decode("utf-8-sig").replace("\r\n", "\n").split("---\n", 2)
        fields = yaml.load(front, Loader=yaml.CBaseLoader)  # noqa: S506 - the base loader makes strings only
        if "taxonomy" in fields:
            return ParsedFile(brief=None, digest=_digest(data), skipped=True)
        fields.pop("secured", None)
        digest = _digest(repr((fields, body)).encode())
        return ParsedFile(brief=Brief(slug=slug, **_article(fields)), digest=digest)
    except (ValueError, KeyError, TypeError, AttributeError, yaml.YAMLError) as error:
        return ParsedFile(brief=None, digest=_digest(data), problems=(_error(shown, str(error)),))


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()


def _error(shown: str, message: str) -> Problem:
    return Problem(path=shown, line=1, column=1, severity=Severity.ERROR, field="", message=message)


def _article(fields: dict[str, Any]) -> dict[str, Any]:
    provider = fields.get("provider") or {}
    return {
        "title": fields["title"],
        "excerpt": fields.get("excerpt", ""),
        "category": fields.get("category", ""),
        "published_at": _date(fields.get("publishedDateTime")),
        "updated_at": _date(fields.get("updatedDateTime")),
        "original_url": fields.get("originalUrl", ""),
        "web_url": fields.get("webUrl", ""),
        "amp_web_url": fields.get("ampWebUrl", ""),
        "cdn_amp_web_url": fields.get("cdnAmpWebUrl", ""),
        "type": fields.get("type", ""),
        "quality": int(fields["quality"]) if "quality" in fields else None,
        "heat": int(fields["heat"]) if "heat" in fields else None,
        "published": fields.get("published", "true") == "true",
        "removed": fields.get("removed") == "true",
        "deleted": fields.get("deleted") == "true",
        "provider": Provider(
            name=provider.get("name", ""),
            domain=provider.get("domain", ""),
            images=_images(provider.get("images")),
        ),
        "topics": tuple(fields.get("topics") or ()),
        "images": _images(fields.get("images")),
        "related": tuple(Article(**_article(item)) for item in fields.get("related") or ()),
    }


def _images(items: list[dict[str, str]] | None) -> tuple[Image, ...]:
    return tuple(Image(url=item["url"], width=int(item.get("width", 0)) or None) for item in items or ())


def _date(text: str | None) -> datetime | None:
    if not text:
        return None
    found = datetime.fromisoformat(text)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
