"""`rich_text`: sections, lists, quotes and code with text, links, emoji and mentions inside."""

from __future__ import annotations

from typing import Any

from bot.preview.blockkit.report import MAX_DEPTH, Report

_STYLE = frozenset(
    {"bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"}
)
_INLINE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "text": (("text",), ("style",)),
    "link": (("url",), ("text", "unsafe", "style")),
    "emoji": (("name",), ("unicode", "skin_tone", "style")),
    "user": (("user_id",), ("style",)),
    "usergroup": (("usergroup_id",), ("style",)),
    "channel": (("channel_id",), ("style",)),
    "broadcast": (("range",), ("style",)),
    "date": (("timestamp", "format"), ("url", "fallback", "style")),
    "color": (("value",), ("style",)),
}


def check_rich_text(report: Report, node: dict[str, Any]) -> None:
    """A rich_text block."""
    report.fields(node, ("elements",), ("block_id",))
    for place, part in enumerate(report.items(node, "elements", 1, 1000)):
        with report.at("elements", place):
            _part(report, part, 0)


def _part(report: Report, node: object, depth: int) -> None:
    part = report.mapping(node)
    if part is None:
        return
    if depth > MAX_DEPTH:
        report.error("nested too deep")
        return
    kind = part.get("type")
    if kind == "rich_text_list":
        report.fields(part, ("style", "elements"), ("indent", "offset", "border"))
        report.choice(part, "style", ("bullet", "ordered"))
        for place, item in enumerate(report.items(part, "elements", 1, 1000)):
            with report.at("elements", place):
                _part(report, item, depth + 1)
    elif kind in ("rich_text_section", "rich_text_quote", "rich_text_preformatted"):
        extra = ("border", "language") if kind == "rich_text_preformatted" else ("border",)
        report.fields(part, ("elements",), extra)
        for place, item in enumerate(report.items(part, "elements", 0, 1000)):
            with report.at("elements", place):
                _inline(report, item)
    else:
        report.error(f"unsupported type: {kind}", "type")


def _inline(report: Report, node: object) -> None:
    item = report.mapping(node)
    if item is None:
        return
    kind = item.get("type")
    if not isinstance(kind, str) or kind not in _INLINE:
        report.error(f"unsupported type: {kind}", "type")
        return
    report.fields(item, *_INLINE[kind])
    report.string(item, "text", 12_000, least=1 if kind == "text" else 0)
    report.url(item, "url")
    if kind == "broadcast":
        report.warn("a broadcast would notify everyone")
    style = item.get("style")
    if style is None:
        return
    if not isinstance(style, dict):
        report.error("must be an object", "style")
    elif unknown := set(style) - _STYLE:
        report.error(f"invalid additional property: {min(unknown)}", "style")
