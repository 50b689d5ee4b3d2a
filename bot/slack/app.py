"""Bolt with our listeners: one set for HTTP and Socket Mode, each acknowledged before it works."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.asking import Asking
from bot.slack.dialogs import Dialogs
from bot.slack.events import Events
from bot.slack.interactions import Interactions
from bot.slack.payloads import asker_of_command, text_at
from bot.slack.transport import HTTP_SECONDS
from bot.slack.typed import as_typed
from bot.slack.work import Work
from bot.telemetry import OnlyPlaces, logger_for

log = logger_for("slack")

ANYTHING = re.compile(r".*", re.DOTALL)
Listener = Callable[[Mapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listeners:
    """Everything that the app listens with; without `dialogs` it opens none."""

    asking: Asking
    interactions: Interactions
    events: Events
    work: Work
    dialogs: Dialogs | None = None


class NothingExpected(logging.Filter):
    """Drops two warnings of Bolt's that say nothing to an operator; every other record passes.

    One comes while its app is made: it reads SLACK_BOT_TOKEN from the environment by itself, and then finds
    that it has no use for it. The other, for each kind of request that has no listener, is a line of our own
    (`Reception`).
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """False for what is expected."""
        places = {("async_app", "__init__"), ("async_app", "_handle_unmatched_requests")}
        return record.levelno != logging.WARNING or (record.module, record.funcName) not in places


def packages_logger() -> logging.Logger:
    """The logger that Slack's packages are given: from warning on, and never with their words."""
    quiet = logging.getLogger("slack_bolt.newsbrief")
    quiet.setLevel(logging.WARNING)
    if not quiet.filters:
        quiet.addFilter(NothingExpected())
        quiet.addFilter(OnlyPlaces())
    return quiet


def web_client(session: ClientSession, api_url: str) -> AsyncWebClient:
    """Slack's own client on our session, without its retries; for what Bolt does by itself."""
    client = AsyncWebClient(
        base_url=api_url,
        timeout=int(HTTP_SECONDS),
        session=session,
        logger=packages_logger(),
        retry_handlers=[],
    )
    client.proxy = None  # the session reads the proxy settings, and spares loopback
    return client


def build_app(client: AsyncWebClient, listeners: Listeners) -> AsyncApp:
    """A Bolt app for requests that were verified before; it takes them as Socket Mode's."""
    app = AsyncApp(
        name="newsbrief",
        logger=packages_logger(),
        client=client,
        authorize=_authorize,
        signing_secret="",
        request_verification_enabled=False,
        ignoring_self_events_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    work = listeners.work

    async def command(body: Mapping[str, Any]) -> None:
        await listeners.asking.answer(asker_of_command(body), as_typed(text_at(body, "text")))

    acknowledge = [_ack_first(work)]
    app.command(ANYTHING, middleware=acknowledge)(_kept(work, command))
    app.action(ANYTHING, middleware=acknowledge)(_kept(work, listeners.interactions.answer))
    app.event(ANYTHING, middleware=acknowledge)(_kept(work, listeners.events.handle))
    if listeners.dialogs is not None:
        judge = [_judge_first(work, listeners.dialogs)]
        app.view(ANYTHING, middleware=judge)(_kept(work, listeners.dialogs.apply))
    return app


async def _authorize(enterprise_id: str | None, team_id: str | None, user_id: str | None) -> AuthorizeResult:
    """Let everything pass at once: Slack signed it, and answers by response_url need no token.

    Bolt authorizes before it acknowledges. What does need a token looks it up afterwards (`Tokens`).
    """
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, user_id=user_id)


def _ack_first(work: Work) -> Callable[..., Awaitable[None]]:
    """The listener middleware that acknowledges before any work, and counts the work as promised.

    An `ack()` inside a listener costs Bolt's polling of 10 ms, and an exception right after it takes the
    acknowledgement back.
    """

    async def ack_first(ack: AsyncAck, next: Callable[[], Awaitable[None]]) -> None:  # noqa: A002 -- Bolt's name
        await ack()
        work.promise()
        await next()

    return ack_first


def _judge_first(work: Work, dialogs: Dialogs) -> Callable[..., Awaitable[None]]:
    """The same for a sent dialog, whose acknowledgement says what is wrong with it: reading it is quick."""

    async def judge_first(
        ack: AsyncAck,
        body: Mapping[str, Any],
        next: Callable[[], Awaitable[None]],  # noqa: A002 -- Bolt's name
    ) -> None:
        errors = dialogs.errors(body)
        await (ack(response_action="errors", errors=errors) if errors else ack())
        work.promise()
        await next()

    return judge_first


def _kept(work: Work, listener: Listener) -> Callable[..., Awaitable[None]]:
    """The listener as Bolt calls it: counted, and with its failures in the log alone."""

    async def kept(body: Mapping[str, Any]) -> None:
        with work.keeping():
            try:
                await listener(body)
            except Exception:  # already acknowledged; raised in Bolt it could only undo that
                log.exception("a request could not be worked on (ref %s)", secrets.token_hex(3))

    return kept
