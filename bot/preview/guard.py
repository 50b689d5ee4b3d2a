"""Keeping other web pages and other machines out.

The server listens on a loopback address only. A page elsewhere could still reach it through the
reader's browser: by a name that resolves to 127.0.0.1 (the Host header tells), or by a request from
another site (the Origin header tells; JSON bodies and sockets are never taken without it being ours).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

from bot.errors import SettingError

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def require_loopback(host: str) -> None:
    """Raises SettingError for an address that other machines could reach."""
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise SettingError(
            f"The preview listens on this machine only, not on {host!r}.", hint="Use 127.0.0.1 or localhost."
        )


def is_own_host(header: str) -> bool:
    """True where a Host header names this machine's loopback, with whatever port (it may be forwarded)."""
    try:
        name = urlsplit(f"//{header}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def is_own_page(request: web.Request) -> bool:
    """True for a request from our own page, or from no page at all (a test, curl)."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        return False
    return request.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin")


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse other hosts everywhere, other origins wherever something is read or done."""
    if not is_own_host(request.host):
        raise web.HTTPForbidden(text="The preview answers on 127.0.0.1 and localhost only.")
    if request.path.startswith("/_preview/") and not is_own_page(request):
        raise web.HTTPForbidden(text="The preview takes this from its own page only.")
    response = await handler(request)
    if not response.prepared:
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
    return response
