"""One connection to the bot's server: what is not HTTP gets a plain answer and no stack in the log.

aiohttp answers it with its parser's own words and logs a stack for each, so that anybody could fill the log.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from aiohttp import web

from bot.slack.intake import Refused
from bot.slack.pages import without_version
from bot.telemetry import OnceAMinute

Refusal = Callable[[Refused], web.Response]


class Connection(web.RequestHandler):
    """aiohttp's connection, with `refusal` for what it cannot parse; bodies are left as they come."""

    __slots__ = ("_refusal",)

    def __init__(
        self,
        manager: web.Server,
        loop: asyncio.AbstractEventLoop,
        refusal: Refusal,
        logger: logging.Logger,
    ) -> None:
        super().__init__(manager, loop=loop, access_log=logger, auto_decompress=False, logger=logger)
        self._refusal = refusal

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """The plain answer to what is not HTTP."""
        del exc, message  # they quote what came
        if request.writer.output_size > 0:
            raise ConnectionError("An answer has begun, so that no other can be given.")
        answer = self._refusal(Refused(status, "The request is not HTTP as this server reads it."))
        without_version(answer)
        answer.force_close()
        return answer


def packages_http_logger() -> logging.Logger:
    """The logger that aiohttp's server is given: errors alone, each place once a minute, without words."""
    quiet = logging.getLogger("aiohttp.server.newsbrief")
    quiet.setLevel(logging.ERROR)
    if not quiet.filters:
        quiet.addFilter(OnceAMinute())
    return quiet
