"""Values become Slack messages: Jinja2 templates, escaping, one table of limits, degrading.

`Renderer` is the door. Words and layout are in `templates/`, numbers in `limits.py`, what a template sees in
`views.py` and `pages.py`, for what is owed in `pieces.py`, `editions.py`, `alerts.py` and `owed_pages.py`,
escaping in `text.py`.
"""

from __future__ import annotations

from bot.render.images import without_images
from bot.render.limits import problems_in
from bot.render.mentions import with_channel_links
from bot.render.renderer import Renderer
from bot.render.text import escape

__all__ = ["Renderer", "escape", "problems_in", "with_channel_links", "without_images"]
