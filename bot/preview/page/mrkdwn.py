"""Slack's mrkdwn as HTML. Every character of the source is escaped; only tags written here come out.

Links, mentions, dates and code are cut out first and stand as private characters while emphasis is
looked for in the rest, so that no text can reach into a tag or an attribute.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from markupsafe import Markup, escape

from bot.preview.blockkit.report import is_web_url
from bot.preview.page.emoji import with_emoji

Name = Callable[[str], str]
"""From a user's or channel's id to the name that is shown for it; empty where there is none."""

_FIRST, _LAST = 0xE000, 0xF8FF
_PRIVATE = re.compile(f"[{chr(_FIRST)}-{chr(_LAST)}]")
_FENCE = re.compile(r"```\n?(.{0,12000}?)\n?```", re.DOTALL)
_SEQUENCE = re.compile(r"<([^<>\n]{1,3500})>")
_CODE = re.compile(r"`([^`\n]{1,3000})`")
_BARE_URL = re.compile(r"https?://[^\s<>|\"']{1,2000}[^\s<>|\"'.,;:!?)\]]")
_EMPHASIS = re.compile(
    r"(?<![\w*_~])(?P<mark>[*_~])(?=[^\s*_~]|[*_~](?!(?P=mark)))"
    r"(?P<inner>[^\n]{1,600}?)(?<=\S)(?P=mark)(?![\w*~])"
)
_MAX_NESTING = 4
_TAGS = {"*": "strong", "_": "em", "~": "s"}
_QUOTE = re.compile(r"^(?:&gt;|>)[ ]?")


def decode(text: str) -> str:
    """Slack's three entities as characters, once."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


class _Kept:
    """Finished pieces of HTML, each standing in the text as one private character."""

    def __init__(self) -> None:
        self._pieces: list[tuple[Markup, str]] = []

    def put(self, piece: Markup, source: str) -> str:
        """The character that stands for a piece; with too many of them the source as it is."""
        if _FIRST + len(self._pieces) > _LAST:
            return source
        self._pieces.append((piece, source))
        return chr(_FIRST + len(self._pieces) - 1)

    def source(self, text: str) -> str:
        """The text as it was written."""
        return _PRIVATE.sub(lambda found: self._pieces[ord(found[0]) - _FIRST][1], text)

    def fill(self, text: Markup) -> Markup:
        """The text with the pieces in their places."""
        return Markup(_PRIVATE.sub(lambda found: self._pieces[ord(found[0]) - _FIRST][0], text))  # noqa: S704 - every part was escaped where it was made


def to_html(text: str, name: Name, *, verbatim: bool = False) -> Markup:
    """The HTML of a mrkdwn text; `verbatim` leaves bare addresses as they are."""
    kept = _Kept()
    text = _PRIVATE.sub("", text)
    text = _FENCE.sub(lambda m: kept.put(_boxed("pre", m[1]), m[0]), text)
    text = _CODE.sub(lambda m: kept.put(_boxed("code", kept.source(m[1])), m[0]), text)
    text = _SEQUENCE.sub(lambda m: kept.put(_sequence(kept.source(m[1]), name), kept.source(m[0])), text)
    if not verbatim:
        text = _BARE_URL.sub(lambda m: kept.put(_link(decode(m[0]), decode(m[0])), m[0]), text)
    return kept.fill(_lines(text))


def _lines(text: str) -> Markup:
    """Lines with breaks between them; neighbouring quoted lines in one quote."""
    out: list[Markup] = []
    quoted: list[Markup] = []
    for line in text.split("\n"):
        if found := _QUOTE.match(line):
            quoted.append(_inline(line[found.end() :]))
            continue
        if quoted:
            out.append(_quote(quoted))
            quoted = []
        out.append(_inline(line) + Markup("<br>"))
    if quoted:
        out.append(_quote(quoted))
    return Markup("").join(out).removesuffix(Markup("<br>"))


def _quote(lines: list[Markup]) -> Markup:
    return Markup("<blockquote>{}</blockquote>").format(Markup("<br>").join(lines))


def _boxed(tag: str, text: str) -> Markup:
    return Markup(f"<{tag}>{{}}</{tag}>").format(decode(text))  # noqa: S704 - the tag is a word of this module


def _inline(text: str, depth: int = 0) -> Markup:
    """Emphasis, from left to right, well nested."""
    out: list[Markup] = []
    start = 0
    for found in _EMPHASIS.finditer(text) if depth < _MAX_NESTING else ():
        tag = _TAGS[found["mark"]]
        inside = _inline(found["inner"], depth + 1)
        out.append(escape(with_emoji(decode(text[start : found.start()]))))
        out.append(Markup(f"<{tag}>{{}}</{tag}>").format(inside))  # noqa: S704 - one of three tags
        start = found.end()
    out.append(escape(with_emoji(decode(text[start:]))))
    return Markup("").join(out)


def _link(url: str, label: str | Markup) -> Markup:
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(url, label)


def _sequence(source: str, name: Name) -> Markup:
    """A control sequence, given without its angle brackets; what Slack does not know stays as text."""
    inner, _, label = source.partition("|")
    shown = with_emoji(decode(label))
    if inner.startswith("!date^"):
        return _date(inner, shown)
    if inner[:1] in ("@", "#"):
        words = inner[0] + (name(inner[1:]) or shown or inner[1:])
        return Markup('<span class="mention">{}</span>').format(words)
    if inner.startswith("!"):
        words = f"@{inner[1:].partition('^')[0]}"
        return Markup('<span class="mention loud">{}</span>').format(shown or words)
    url = decode(inner)
    if is_web_url(url) or re.fullmatch(r"mailto:[^\s<>\"]+@[^\s<>\"]+", url):
        return _link(url, shown or url)
    return escape(decode(f"<{source}>"))


def _date(inner: str, fallback: str) -> Markup:
    """A `<time>` that the page's script fills in the reader's zone; the fallback is there without it."""
    parts = inner.split("^")
    seconds = parts[1] if len(parts) > 1 and re.fullmatch(r"-?\d{1,12}", parts[1]) else ""
    if not seconds:
        return escape(fallback)
    pattern = decode(parts[2]) if len(parts) > 2 else ""
    time = Markup('<time data-at="{}" data-format="{}">{}</time>').format(seconds, pattern, fallback)
    url = decode(parts[3]) if len(parts) > 3 else ""
    return _link(url, time) if is_web_url(url) else time
