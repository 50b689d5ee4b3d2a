"""Every block that a message may hold, one function each; the table at the end names them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.preview.blockkit import elements
from bot.preview.blockkit.elements import BUTTON, IMAGE, check_element, image_source
from bot.preview.blockkit.report import Report
from bot.preview.blockkit.rich import check_rich_text
from bot.preview.blockkit.text import check_mrkdwn, check_text, either, plain

BlockCheck = Callable[[Report, dict[str, Any]], None]
ANY_TEXT = ("plain_text", "mrkdwn")


def check_block(report: Report, node: object, allowed: frozenset[str]) -> None:
    """One block at the report's present place; `block_id` has to be the only one of its name."""
    block = report.mapping(node)
    if block is None:
        return
    kind = block.get("type")
    if not isinstance(kind, str) or kind not in BLOCKS or kind not in allowed:
        report.error(f"unsupported type: {kind}", "type")
        return
    report.string(block, "block_id", 255)
    name = block.get("block_id")
    if isinstance(name, str):
        if name in report.block_ids:
            report.error("block_id already exists: each has to be unique in its message", "block_id")
        report.block_ids.add(name)
    BLOCKS[kind](report, block)
    _unique_actions(report, block)


def _unique_actions(report: Report, block: dict[str, Any]) -> None:
    seen: set[str] = set()
    listed = (
        block.get("elements") if block.get("type") in ("actions", "context_actions") else block.get("actions")
    )
    for place, element in enumerate(listed if isinstance(listed, list) else []):
        name = element.get("action_id") if isinstance(element, dict) else None
        if isinstance(name, str) and name in seen:
            report.error("action_id already exists: each has to be unique in its block", "elements", place)
        elif isinstance(name, str):
            seen.add(name)


def _header(report: Report, node: dict[str, Any]) -> None:
    report.fields(node, ("text",), ("block_id", "level"))
    plain(report, node, "text", 150)


def _section(report: Report, node: dict[str, Any]) -> None:
    report.fields(node, (), ("text", "fields", "accessory", "expand", "block_id"))
    if node.get("text") is None and not node.get("fields"):
        report.error("must define either `text` or `fields`")
    either(report, node, "text", 3000)
    for place, item in enumerate(report.items(node, "fields", 1, 10)):
        with report.at("fields", place):
            check_text(report, item, most=2000, kinds=ANY_TEXT)
    report.boolean(node, "expand")
    if node.get("accessory") is not None:
        with report.at("accessory"):
            check_element(report, node["accessory"], elements.IN_SECTION)


def _context(report: Report, node: dict[str, Any]) -> None:
    report.fields(node, ("elements",), ("block_id",))
    for place, item in enumerate(report.items(node, "elements", 1, 10)):
        with report.at("elements", place):
            if isinstance(item, dict) and item.get("type") == "image":
                check_element(report, item, IMAGE)
            else:
                check_text(report, item, most=3000, kinds=ANY_TEXT)


def _divider(report: Report, node: dict[str, Any]) -> None:
    report.fields(node, (), ("block_id",))


def _image(report: Report, node: dict[str, Any]) -> None:
    report.fields(node, ("alt_text",), ("image_url", "slack_file", "title", "block_id"))
    image_source(report, node)
    report.string(node, "alt_text", 2000)
    plain(report, node, "title", 2000)


def _actions(report: Report, node: dict[str, Any]) -> None:
    report.fields(node, ("elements",), ("block_id",))
    for place, item in enumerate(report.items(node, "elements", 1, 25)):
        with report.at("elements", place):
            check_element(report, item, elements.IN_ACTIONS)


def _input(report: Report, node: dict[str, Any]) -> None:
    report.fields(node, ("label", "element"), ("hint", "optional", "dispatch_action", "block_id"))
    plain(report, node, "label", 2000)
    plain(report, node, "hint", 2000)
    report.boolean(node, "optional", "dispatch_action")
    if node.get("element") is not None:
        with report.at("element"):
            check_element(report, node["element"], elements.IN_INPUT)


def _markdown(report: Report, node: dict[str, Any]) -> None:
    report.fields(node, ("text",), ("block_id",))
    report.string(node, "text", 12_000)


def _video(report: Report, node: dict[str, Any]) -> None:
    required = ("alt_text", "title", "thumbnail_url", "video_url")
    optional = ("author_name", "description", "provider_icon_url", "provider_name", "title_url", "block_id")
    report.fields(node, required, optional)
    plain(report, node, "title", 199)
    plain(report, node, "description", 199)
    report.string(node, "author_name", 49)
    for name in ("thumbnail_url", "video_url", "provider_icon_url", "title_url"):
        report.url(node, name)


def _card(report: Report, node: dict[str, Any]) -> None:
    shown = ("hero_image", "title", "actions", "body")
    report.fields(node, (), (*shown, "icon", "subtitle", "subtext", "block_id"))
    if all(node.get(name) is None for name in shown):
        report.error("must define at least one of: hero_image, title, actions, body")
    for name, most in (("title", 150), ("subtitle", 150), ("body", 200), ("subtext", 200)):
        either(report, node, name, most)
    for name in ("icon", "hero_image"):
        if node.get(name) is not None:
            with report.at(name):
                check_element(report, node[name], IMAGE)
    for place, item in enumerate(report.items(node, "actions", 1, 3)):
        with report.at("actions", place):
            check_element(report, item, BUTTON)


def _carousel(report: Report, node: dict[str, Any]) -> None:
    report.fields(node, ("elements",), ("block_id",))
    for place, item in enumerate(report.items(node, "elements", 1, 10)):
        with report.at("elements", place):
            check_block(report, item, frozenset({"card"}))


_CELLS = {"raw_text": "text", "raw_number": "value", "rich_text": "elements"}


def _table(report: Report, node: dict[str, Any]) -> None:
    report.fields(node, ("rows",), ("column_settings", "block_id"))
    report.tables += 1
    if report.tables > 1:
        report.error("only one table is allowed in a message")
    for row, cells in enumerate(report.items(node, "rows", 1, 100)):
        if not isinstance(cells, list) or not 1 <= len(cells) <= 20:
            report.error("must be an array of 1 to 20 cells", "rows", row)
            continue
        for column, cell in enumerate(cells):
            with report.at("rows", row, column):
                _cell(report, cell)


def _cell(report: Report, node: object) -> None:
    cell = report.mapping(node)
    if cell is None:
        return
    kind = cell.get("type")
    if not isinstance(kind, str) or kind not in _CELLS:
        report.error(f"unsupported type: {kind}", "type")
    elif kind == "rich_text":
        check_rich_text(report, cell)
    elif cell.get(_CELLS[kind]) is None:
        report.error(f"missing required field: {_CELLS[kind]}")


def check_text_only(report: Report, text: str) -> None:
    """The top-level `text`, which is mrkdwn too."""
    check_mrkdwn(report, text)


BLOCKS: dict[str, BlockCheck] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "divider": _divider,
    "image": _image,
    "actions": _actions,
    "input": _input,
    "rich_text": check_rich_text,
    "markdown": _markdown,
    "video": _video,
    "card": _card,
    "carousel": _carousel,
    "table": _table,
}

IN_MESSAGE = frozenset(BLOCKS)
IN_VIEW = frozenset(BLOCKS) - {"markdown", "table"}
