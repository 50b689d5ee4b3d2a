"""A whole message or view: numbers of blocks, total text, text for those who see no blocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.preview.blockkit.blocks import IN_MESSAGE, IN_VIEW, check_block, check_text_only
from bot.preview.blockkit.report import Report
from bot.preview.blockkit.text import plain
from bot.preview.world import Finding

MAX_BLOCKS = 50
MAX_VIEW_BLOCKS = 100
TOTAL_TEXT = 12_000
"""The sum of all block text that `chat.postMessage` takes; undocumented, seen to fail a little above."""
MARKDOWN_TEXT = 12_000
ADVISED_TEXT = 4_000


def check_message(text: str, blocks: Sequence[Any]) -> tuple[Finding, ...]:
    """Everything wrong with a message's `text` and `blocks`."""
    report = Report()
    if len(blocks) > MAX_BLOCKS:
        report.error(f"no more than {MAX_BLOCKS} items allowed [{len(blocks)} items]", "blocks")
    for place, block in enumerate(blocks):
        with report.at("blocks", place):
            check_block(report, block, IN_MESSAGE)
    _check_markdown_total(report, blocks)
    with report.at("text"):
        _check_fallback(report, text, bool(blocks))
    return tuple(report.findings)


def _check_markdown_total(report: Report, blocks: Sequence[Any]) -> None:
    parts = [block for block in blocks if isinstance(block, dict) and block.get("type") == "markdown"]
    if sum(len(str(part.get("text", ""))) for part in parts) > MARKDOWN_TEXT:
        report.error(f"markdown blocks hold more than {MARKDOWN_TEXT} characters together", "blocks")


def _check_fallback(report: Report, text: str, has_blocks: bool) -> None:
    if has_blocks and not text.strip():
        report.warn("there are blocks but no text: notifications and screen readers have nothing to read")
    if len(text) > ADVISED_TEXT:
        report.warn(f"text should stay under {ADVISED_TEXT} characters")
    check_text_only(report, text)


def check_view(view: dict[str, Any]) -> tuple[Finding, ...]:
    """Everything wrong with a home or modal view."""
    report = Report("/view")
    kind = view.get("type")
    if kind not in ("home", "modal"):
        report.error("must be one of: home, modal", "type")
        return tuple(report.findings)
    blocks = report.items(view, "blocks", 0, MAX_VIEW_BLOCKS)
    for place, block in enumerate(blocks):
        with report.at("blocks", place):
            check_block(report, block, IN_VIEW)
    report.string(view, "private_metadata", 3000, least=0)
    report.string(view, "callback_id", 255)
    report.string(view, "external_id", 255)
    if kind == "modal":
        _check_modal(report, view, blocks)
    return tuple(report.findings)


def _check_modal(report: Report, view: dict[str, Any], blocks: list[Any]) -> None:
    if view.get("title") is None:
        report.error("missing required field: title")
    for name in ("title", "submit", "close"):
        plain(report, view, name, 24)
    has_input = any(isinstance(block, dict) and block.get("type") == "input" for block in blocks)
    if has_input and view.get("submit") is None:
        report.error("missing required field: submit")


_TEXT_KEYS = frozenset({"text", "alt_text", "title", "subtitle", "body", "subtext", "description"})


_UNCOUNTED = frozenset({"value", "url", "image_url"})


def text_length(blocks: Sequence[Any]) -> int:
    """The characters of all text in blocks, as they are sent; values of buttons do not count."""
    return sum(_length(block, "") for block in blocks)


def _length(node: object, key: str) -> int:
    if isinstance(node, dict):
        return sum(_length(value, name) for name, value in node.items() if name not in _UNCOUNTED)
    if isinstance(node, list | tuple):
        return sum(_length(value, key) for value in node)
    return len(node) if isinstance(node, str) and key in _TEXT_KEYS else 0
