"""One file on the disk as a brief, or as everything that is wrong with it."""

from __future__ import annotations

from bot.content.disk import Unreadable, decode, printable, read_bytes
from bot.content.parser import ParsedFile, parse, refuse
from bot.domain.index import slug_of

__all__ = ["ParsedFile", "parse_file", "parse_text"]


def parse_file(path: str, *, shown: str | None = None) -> ParsedFile:
    """Read and parse a file; whatever is wrong with it is a problem, never an exception.

    Problems name the file as `shown` (the path itself unless given). The slug is the file name without
    `.md`. Time and memory are bounded, whatever stands at the path.
    """
    shown = printable(path if shown is None else shown)
    slug = slug_of(path)
    if slug != printable(slug):
        return refuse(slug, shown, "the file's name is not UTF-8", "rename the file")
    try:
        data = read_bytes(path)
    except Unreadable as error:
        return refuse(error.message, shown, error.message, error.hint)
    return parse_text(data, shown=shown, slug=slug)


def parse_text(data: bytes, *, shown: str, slug: str) -> ParsedFile:
    """Parse a file's bytes; pure. UTF-8 with or without byte order mark, lines ended in any way."""
    try:
        text = decode(data)
    except Unreadable as error:
        place = {"line": error.line, "column": error.column}
        return refuse(data.decode("latin-1"), shown, error.message, error.hint, **place)
    return parse(text, shown=shown, slug=slug)
