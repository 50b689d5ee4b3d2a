"""Text → Brief, or every problem of it: a fast path that vouches or hands over, a precise one that judges."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

from bot.content.parser.fast import HandOver, read_fast
from bot.content.parser.front import NotCut, Parts, cut
from bot.content.parser.nodes import Node, TooMuch
from bot.content.parser.precise import NodeReader
from bot.content.parser.report import At, Report
from bot.content.parser.syntax import read_nodes
from bot.content.parser.values import shield
from bot.domain.brief import Brief
from bot.domain.problem import Problem

MOST_FRONT_MATTER = 1_000_000
"""Characters of front matter that are read; the largest known has 28,000."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFile:
    """What a file says. `brief` is None where a problem is an error, or where the file is no brief.

    `digest` is over the content without the `secured` field. `skipped` is true for a file with a
    `taxonomy:` key, which describes a provider or topic. A missing date stays None.
    """

    brief: Brief | None
    digest: str
    problems: tuple[Problem, ...] = ()
    skipped: bool = False


def parse(text: str, *, shown: str, slug: str, precise: bool = False) -> ParsedFile:
    r"""Parse a file's text with `\n` line ends; `precise` leaves out the fast path, with the same outcome."""
    try:
        parts = cut(text)
    except NotCut as error:
        return refuse(text, shown, error.message, error.hint, line=error.line)
    if len(parts.front) > MOST_FRONT_MATTER:
        message = (
            f"the front matter has {len(parts.front):,} characters; at most {MOST_FRONT_MATTER:,} are read"
        )
        return refuse(text, shown, message, "a long text belongs below the front matter", line=parts.line)
    if not precise:
        try:
            values, spans = read_fast(parts.front)
            values["slug"] = slug
            return ParsedFile(brief=Brief(**values), digest=_digest(text, parts, spans))
        except HandOver:
            pass
    return _judge(text, parts, shown, slug)


def refuse(text: str, shown: str, message: str, hint: str, *, line: int = 1, column: int = 1) -> ParsedFile:
    """A file with one problem, which keeps it from being read at all."""
    report = Report(shown)
    report.error(At(line, column), "", message, hint)
    return ParsedFile(brief=None, digest=digest_of(text), problems=report.problems())


def digest_of(text: str) -> str:
    """A short digest of a text."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _judge(text: str, parts: Parts, shown: str, slug: str) -> ParsedFile:
    report = Report(shown, parts.line)
    front = shield(parts.front)
    try:
        root, lost = read_nodes(front, report)
    except TooMuch as error:
        line = error.line + parts.line - 1
        return refuse(text, shown, error.message, error.hint, line=line, column=error.column)
    if root is None or root.kind != "map":
        if not report.has_error:
            _not_fields(root, report)
        return ParsedFile(brief=None, digest=digest_of(text), problems=report.problems())
    if not report.has_error and any(key.text == "taxonomy" for key, _ in root.pairs):
        return ParsedFile(brief=None, digest=digest_of(text), skipped=True)
    reader = NodeReader(report, front, lost)
    values = reader.article(root)
    brief = None if report.has_error else Brief(slug=slug, **values)
    spans = [] if report.has_error else _secured_spans(parts.front, reader.secured)
    return ParsedFile(brief=brief, digest=_digest(text, parts, spans), problems=report.problems())


def _not_fields(root: Node | None, report: Report) -> None:
    if root is None or (root.kind == "text" and not root.text):
        report.error(At(), "", "the front matter is empty", "add at least `title: …` and `webUrl: https://…`")
        return
    found = "a list" if root.kind == "list" else "a text"
    report.error(root, "", f"the front matter is {found}, not fields", "write each field as `name: value`")


def _secured_spans(front: str, found: list[tuple[Node, Node]]) -> list[tuple[int, int]]:
    """Where the `secured` fields stand, each with the rest of its line; none that others refer to."""
    spans = []
    for key, value in found:
        if "&" in front[value.start : value.end] and _has_anchor(value):
            continue
        spans.append((_line_start(front, key.start), _line_end(front, value.end)))
    return sorted(spans)


def _line_start(front: str, start: int) -> int:
    """Where the line begins, if nothing but spaces stands before."""
    indent = start - len(front[:start].rstrip(" "))
    first = start - indent
    return first if first == 0 or front[first - 1] == "\n" else start


def _line_end(front: str, end: int) -> int:
    """Behind the line's end, if nothing but spaces stands before that; a block of text ends there already."""
    if end and front[end - 1] == "\n":
        return end
    while front[end : end + 1] == " ":
        end += 1
    return end + 1 if front[end : end + 1] == "\n" else end


def _has_anchor(node: Node) -> bool:
    return node.aliased or node.mark.startswith("&") or any(map(_has_anchor, node.items))


def _digest(text: str, parts: Parts, spans: list[tuple[int, int]]) -> str:
    pieces, start = [], 0
    for first, end in spans:
        pieces.append(text[start : parts.start + first])
        start = parts.start + end
    return digest_of("".join((*pieces, text[start:])))
