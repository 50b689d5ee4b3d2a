"""The shortcodes that the page shows as emoji; any other stays as it is written."""

from __future__ import annotations

import re

EMOJI = {
    "+1": "👍", "-1": "👎", "thumbsup": "👍", "thumbsdown": "👎", "wave": "👋", "tada": "🎉", "fire": "🔥",
    "eyes": "👀", "heart": "❤️", "smile": "😄", "grin": "😁", "joy": "😂", "thinking_face": "🤔",
    "rocket": "🚀", "newspaper": "📰", "mag": "🔍", "mag_right": "🔎", "bell": "🔔", "no_bell": "🔕",
    "clock9": "🕘", "hourglass": "⌛", "calendar": "📆", "date": "📅", "link": "🔗", "bookmark": "🔖",
    "star": "⭐", "sparkles": "✨", "zap": "⚡", "bulb": "💡", "warning": "⚠️", "x": "❌",
    "white_check_mark": "✅", "heavy_check_mark": "✔️", "question": "❓", "exclamation": "❗",
    "information_source": "ℹ️", "speech_balloon": "💬", "chart_with_upwards_trend": "📈",
    "chart_with_downwards_trend": "📉", "arrow_up": "⬆️", "arrow_down": "⬇️", "arrow_right": "➡️",
    "movie_camera": "🎥", "tv": "📺", "globe_with_meridians": "🌐", "earth_americas": "🌎", "lock": "🔒",
    "coffee": "☕", "sunrise": "🌅", "sunny": "☀️", "pushpin": "📌", "mute": "🔇", "raised_hands": "🙌",
    "clap": "👏", "100": "💯", "hot_pepper": "🌶️", "thermometer": "🌡️", "satellite": "📡", "robot_face": "🤖",
}  # fmt: skip

_SHORTCODE = re.compile(r":([a-z0-9_+-]{1,40}):")


def with_emoji(text: str) -> str:
    """The text with known shortcodes replaced."""
    return _SHORTCODE.sub(lambda found: EMOJI.get(found[1], found[0]), text)
