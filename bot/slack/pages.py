"""The few plain pages that a browser may see."""

from __future__ import annotations

import html

from aiohttp import web

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:12vh auto;padding:0 1rem}}</style>
</head><body><h1>{title}</h1><p>{sentence}</p></body></html>
"""
SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}


def page(title: str, sentence: str, status: int = 200) -> web.Response:
    """A page with one sentence."""
    text = page_text(title, sentence)
    return web.Response(text=text, content_type="text/html", status=status, headers=SAFE_HEADERS)


def page_text(title: str, sentence: str) -> str:
    """The HTML of a page; title and sentence are text, and escaped here."""
    return _PAGE.format(title=html.escape(title), sentence=html.escape(sentence))


def plain(sentence: str, status: int) -> web.Response:
    """A plain text answer."""
    return web.Response(text=f"{sentence}\n", status=status, headers=SAFE_HEADERS)


def without_version(answer: web.StreamResponse) -> None:
    """Name the product alone: which aiohttp and Python answer is nobody's business."""
    answer.headers["Server"] = "newsbrief"
