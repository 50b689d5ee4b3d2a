"""The page: a chat workspace in the browser, rendered on the server, kept up to date by a socket."""

from __future__ import annotations

from bot.preview.page.routes import Page

__all__ = ["Page"]
