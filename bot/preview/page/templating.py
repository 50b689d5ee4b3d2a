"""Jinja2 for the page: autoescape on, and filters that turn Slack's text into safe HTML."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup, escape

from bot.preview.blockkit.report import is_web_url
from bot.preview.core import Core
from bot.preview.page.emoji import with_emoji
from bot.preview.page.model import Model
from bot.preview.page.mrkdwn import to_html
from bot.preview.world import Person

FOLDER = Path(__file__).parent


def environment(core: Core, model: Model) -> Environment:
    """The page's templates with their filters."""
    env = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def text_object(node: object) -> Markup:
        if not isinstance(node, dict):
            return Markup("")
        if node.get("type") == "mrkdwn":
            return to_html(str(node.get("text", "")), model.name, verbatim=bool(node.get("verbatim")))
        return plain(node)

    def image_source(url: str) -> str:
        own = core.own_asset(url)
        return f"/assets/{own}" if own is not None else url if is_web_url(url) else ""

    env.filters |= {
        "mrkdwn": lambda text: to_html(str(text), model.name),
        "text_object": text_object,
        "plain": plain,
        "image_source": image_source,
        "web_url": lambda url: url if isinstance(url, str) and is_web_url(url) else "",
        "initials": initials,
        "clock_time": clock_time,
        "iso": lambda ts: datetime.fromtimestamp(float(ts), UTC).isoformat(),
        "readable": lambda value: json.dumps(value, indent=2, ensure_ascii=False),
    }
    env.globals |= {"name_of": model.name}
    return env


def plain(node: object) -> Markup:
    """A plain_text object: escaped, shortcodes as emoji unless it says no."""
    if not isinstance(node, dict):
        return Markup("")
    text = str(node.get("text", ""))
    return escape(with_emoji(text) if node.get("emoji", True) else text)


def initials(person: Person | None) -> str:
    """The letters of an avatar."""
    words = person.real_name.split() if person else []
    return "".join(word[0] for word in words[:2]).upper() or "·"


def clock_time(ts: str, zone: str) -> str:
    """The time of day of a message id, in a zone."""
    return f"{datetime.fromtimestamp(float(ts), ZoneInfo(zone)):%H:%M}"
