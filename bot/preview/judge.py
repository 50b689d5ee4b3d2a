"""Judging what the bot sends, and saying so in Slack's words."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from typing import Any

from bot.preview.blockkit import check_message
from bot.preview.core import Core
from bot.preview.world import Finding, Json

DOWNLOAD_FAILED = "downloading image failed"


def judge(core: Core, method: str, text: str, blocks: Sequence[Any]) -> tuple[Finding, ...]:
    """Everything wrong with a message: the Block Kit check, then images that cannot be fetched."""
    findings = check_message(text, blocks)
    if any(finding.is_error for finding in findings):
        return findings
    failed = tuple(
        Finding(pointer=pointer, message=DOWNLOAD_FAILED)
        for pointer, url in image_urls(list(blocks), "/blocks")
        if not core.can_download(method, url)
    )
    return findings + failed


def refusal(findings: Sequence[Finding]) -> Json:
    """The keys that Slack adds to `invalid_blocks`."""
    errors = [finding.slack_text for finding in findings if finding.is_error]
    return {
        "errors": errors,
        "response_metadata": {"messages": [f"[ERROR] {error}" for error in errors]},
    }


def image_urls(node: object, pointer: str) -> Iterator[tuple[str, str]]:
    """Every image address in blocks, with its JSON pointer."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "image_url" and isinstance(value, str):
                yield f"{pointer}/image_url", value
            else:
                yield from image_urls(value, f"{pointer}/{key}")
    elif isinstance(node, list | tuple):
        for place, value in enumerate(node):
            yield from image_urls(value, f"{pointer}/{place}")


def with_block_ids(blocks: Sequence[Json]) -> tuple[Json, ...]:
    """The blocks as Slack keeps them: each with a `block_id`, what can be pressed with an `action_id`."""
    return tuple({"block_id": secrets.token_hex(3), **_with_action_ids(block)} for block in blocks)


def _with_action_ids(block: Json) -> Json:
    named = dict(block)
    for key in ("elements", "actions"):
        if block.get("type") in ("actions", "card") and isinstance(block.get(key), list):
            named[key] = [_named(element) for element in block[key]]
    if isinstance(block.get("accessory"), dict):
        named["accessory"] = _named(block["accessory"])
    return named


def _named(element: Json) -> Json:
    return element if element.get("type") == "image" else {"action_id": secrets.token_hex(3), **element}
