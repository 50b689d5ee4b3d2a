"""The bot's life: started in order, stopped without losing what was acknowledged."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.clock import SystemClock
from bot.config import Settings
from bot.errors import NewsbriefError, SettingError, SlackRefused
from bot.slack.app import build_app, web_client
from bot.slack.install import Installer
from bot.slack.listeners import Ways, make_listeners
from bot.slack.outlet import Asker, Outlet
from bot.slack.poster import Poster
from bot.slack.reception import Reception
from bot.slack.scopes import OPTIONAL_SCOPES, USERS_READ, losses, losses_without_token
from bot.slack.server import Server, Site
from bot.slack.services import Services
from bot.slack.socket_mode import SocketMode
from bot.slack.standing import Standing
from bot.slack.tokens import Tokens
from bot.slack.transport import Transport
from bot.slack.work import Work
from bot.slack.zones import Zones
from bot.telemetry import Metrics, logger_for

log = logger_for("slack")

FIRST_TRY_SECONDS = 2.0
"""How long `start` waits for Slack's first word: enough to hear of a bad token, too short to hold a stop."""
CLOSING_SECONDS = 1.0
"""What of `stop_seconds` is kept for letting go of connections, at most a quarter."""
LOOK_AGAIN_SECONDS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Running:
    """Everything that lives between start and stop."""

    session: aiohttp.ClientSession
    standing: Standing
    tokens: Tokens
    zones: Zones
    work: Work
    reception: Reception
    server: Server
    socket: SocketMode | None
    poster: Poster


class SlackBot:
    """Answers Slack over HTTP, or by Socket Mode where SLACK_APP_TOKEN is set; health and metrics in both.

    `host` and `port` replace the settings'; port 0 takes any free one.
    """

    def __init__(self, services: Services, *, host: str | None = None, port: int | None = None) -> None:
        self.services = services
        self.metrics = Metrics()
        settings = services.settings
        self._host = settings.host if host is None else host
        self._port = settings.port if port is None else port
        self._running: _Running | None = None
        self._talks: list[asyncio.Task[Any]] = []
        self._failure: BaseException | None = None
        self._stopping = False
        self._ending = asyncio.Event()
        self._closed = asyncio.Event()
        self.before_closing: Callable[[], Awaitable[None]] = _at_once
        """Awaited at a stop while messages can still leave: what is being sent comes to its end."""

    @property
    def mode(self) -> str:
        """How Slack reaches the bot: `HTTP` or `Socket Mode`."""
        return "Socket Mode" if self.services.settings.slack_app_token else "HTTP"

    @property
    def address(self) -> str:
        """Where the bot listens, as `http://host:port`; empty before `start`."""
        return self._running.server.address if self._running else ""

    @property
    def sender(self) -> Poster:
        """How the outbox posts; there from `start` on."""
        if self._running is None:
            raise RuntimeError("The bot has not been started.")
        return self._running.poster

    async def start(self) -> None:
        """Listen, then ask Slack. Raises SettingError, PortTaken and, where Slack says so, SlackRefused.

        Slack is waited for only briefly: until it has answered, the bot serves what comes, is not ready and
        goes on asking; `wait_ready` and `wait_closed` raise what comes of it. A `stop` meanwhile ends the
        waiting, and `start` returns once the bot is closed.
        """
        check_settings(self.services.settings)
        _warn_of_missing_token(self.services.settings)
        self._running = running = self._assemble(_session())
        try:
            await running.server.open(self._host, self._port)
            if not self._stopping:
                await self._meet_slack(running)
        except BaseException:  # cancelling too must not leave a listening port behind; raised again below
            self._stopping = True
            self._ending.set()
            await self._close(running)
            raise
        if self._stopping:
            await self._closed.wait()
            await running.server.close()  # it may have opened after the stop

    async def ready_line(self) -> str:
        """What `serve` logs once: how Slack reaches the bot, where it listens, how many briefs it has."""
        status = await self.services.index.status(self.services.clock.now())
        briefs = "1 brief" if status.visible == 1 else f"{status.visible} briefs"
        return f"ready: {self.mode}, {self.address}, {briefs}"

    async def wait_ready(self) -> bool:
        """Until `/readyz` says 200: True; False where the bot stops first. Raises as `wait_closed` does."""
        ready = asyncio.create_task(self._until_ready())
        ending = asyncio.create_task(self._ending.wait())
        try:
            await asyncio.wait([ready, ending], return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _end([ready, ending])
        if self._failure is not None:
            raise self._failure
        if self._ending.is_set():
            return False
        await ready
        return True

    async def wait_closed(self) -> None:
        """Until `stop` is done.

        Raises SlackRefused as soon as Slack refuses a token after the start: `stop` the bot then.
        """
        await self._ending.wait()
        if self._failure is not None:
            raise self._failure
        await self._closed.wait()

    async def stop(self) -> None:
        """Take nothing new, finish what was acknowledged, close; all within `stop_seconds`.

        Until the end the server answers, with 503 to Slack and on `/readyz`. Safe to call twice.
        """
        running = self._running
        if running is None:
            return
        if self._stopping:
            await self._closed.wait()
            return
        self._stopping = True
        self._ending.set()
        try:
            await self._finish(running)
            await self.before_closing()
        finally:
            await self._close(running)
        log.info("stopped")

    async def _finish(self, running: _Running) -> None:
        whole, loop = self.services.settings.stop_seconds, asyncio.get_running_loop()
        until = loop.time() + whole - min(CLOSING_SECONDS, whole / 4)
        await _end(self._talks)
        with suppress(TimeoutError):
            async with asyncio.timeout_at(until):
                await running.reception.close()
                if running.socket is not None:
                    await running.socket.stop_listening()
        left = await running.work.finish(max(0.0, until - loop.time()))
        if left:
            log.warning("%d answers were not finished in time", left)

    async def notes(self, asker: Asker) -> list[str]:
        """Sentences for `/news status` about Slack's side of the asker's workspace."""
        running = self._running
        if running is None:
            return []
        refusals = [running.standing.refusal, running.socket.refusal if running.socket else ""]
        try:
            access = await running.tokens.access(asker.team, asker.enterprise)
        except NewsbriefError:
            log.exception("an installation cannot be read; %s", asker)
            return ["What this workspace allows cannot be read right now."]
        zone = self.services.settings.timezone
        if not access.token:
            lost = f"The bot has no token for this workspace: {losses_without_token(zone)}"
            return [*filter(None, refusals), lost]
        missing = set() if access.scopes is None else set(OPTIONAL_SCOPES) - access.scopes
        if running.zones.is_refused:
            missing.add(USERS_READ)
        return [*filter(None, refusals), *losses(missing, zone)]

    async def _meet_slack(self, running: _Running) -> None:
        """Ask about both tokens; after a moment the asking goes on in the background."""
        settled = asyncio.create_task(running.standing.settle(), name="auth.test")
        self._talks.append(settled)
        if running.socket is not None:
            self._talks.append(asyncio.create_task(running.socket.open(), name="socket mode"))
        first = list(self._talks)
        await asyncio.wait(first, timeout=FIRST_TRY_SECONDS, return_when=asyncio.FIRST_EXCEPTION)
        if self._stopping:
            return
        for task in first:
            if task.done():
                task.result()
        self._go_on(_until_accepted(running.standing, settled))
        if running.socket is not None:
            self._go_on(_while_connected(running.socket, first[-1]))

    def _go_on(self, talk: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(talk)
        task.add_done_callback(self._hear)
        self._talks.append(task)

    def _hear(self, task: asyncio.Task[None]) -> None:
        """A refusal after the start is told to whoever waits for the bot."""
        error = None if task.cancelled() else task.exception()
        if error is None:
            return
        if isinstance(error, SlackRefused):
            log.error("%s", error)
        else:
            log.error("asking Slack failed", exc_info=error)
        self._failure = error
        self._ending.set()

    async def _close(self, running: _Running) -> None:
        try:
            await _end(self._talks)
            if running.socket is not None:
                await running.socket.close()
            await running.zones.close()
            await running.server.close()
            await running.session.close()
        finally:
            self._closed.set()

    async def _until_ready(self) -> None:
        while await self._readiness():  # noqa: ASYNC110 -- it is found by asking: nobody announces it
            await asyncio.sleep(LOOK_AGAIN_SECONDS)

    async def _readiness(self) -> str:
        """What is missing for being ready, in a sentence; empty when nothing is."""
        running = self._running
        if self._stopping:
            return "The bot is stopping."
        if running is None or not running.server.address:
            return "The bot is starting."
        if not self.services.is_ready():
            return "The index is not complete yet."
        if not running.standing.accepted:
            return running.standing.refusal or "Slack has not accepted the bot token yet."
        if running.socket is not None and not running.socket.is_connected:
            return running.socket.refusal or "Socket Mode is not connected."
        try:
            await asyncio.wait_for(self.services.index.status(self.services.clock.now()), 2.0)
        except (NewsbriefError, TimeoutError):
            return "The index does not answer."
        return ""

    def _assemble(self, session: aiohttp.ClientSession) -> _Running:
        services, settings = self.services, self.services.settings
        transport = Transport(
            session, settings.slack_api_url, self.metrics, http_seconds=settings.http_seconds
        )
        standing = Standing(transport, settings.slack_bot_token)
        tokens = Tokens(
            settings, services.installations, transport=transport, standing=standing, clock=services.clock
        )
        zones = Zones(transport, tokens, settings.timezone)
        work = Work(self.metrics)
        client = web_client(session, settings.slack_api_url)
        ways = Ways(transport=transport, outlet=Outlet(transport), tokens=tokens, zones=zones)
        listeners = make_listeners(services, ways, work, notes=self.notes, hook=self.metrics)
        reception = Reception(build_app(client, listeners), self.metrics)
        site = Site(
            reception=reception,
            installer=Installer(
                settings, services.installations, tokens=tokens, transport=transport, client=client
            ),
            metrics=self.metrics,
            hook=self.metrics,
            clock=SystemClock(),  # Slack signs with the real time, also where `--now` shifts ours
            signing_secret="" if settings.slack_app_token else settings.slack_signing_secret,
            readiness=self._readiness,
        )
        token = settings.slack_app_token
        return _Running(
            session=session,
            standing=standing,
            tokens=tokens,
            zones=zones,
            work=work,
            reception=reception,
            server=Server(site),
            socket=SocketMode(transport, token, reception) if token else None,
            poster=Poster(transport, tokens),
        )


async def _at_once() -> None:
    """There is nothing to wait for."""


async def _until_accepted(standing: Standing, settled: asyncio.Task[bool]) -> None:
    if not await settled:
        await standing.keep_asking()


async def _while_connected(socket: SocketMode, opened: asyncio.Task[None]) -> None:
    await opened
    await socket.lasting()


async def _end(tasks: Sequence[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _session() -> aiohttp.ClientSession:
    """One session for all that goes out: connections are kept, cookies are not."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=256), trust_env=True, cookie_jar=aiohttp.DummyCookieJar()
    )


def check_settings(settings: Settings) -> None:
    """Raise SettingError for Slack settings that cannot work together."""
    if not settings.slack_app_token and not settings.slack_signing_secret:
        raise SettingError(
            "Neither SLACK_SIGNING_SECRET nor SLACK_APP_TOKEN is set, so Slack has no way in.",
            hint="Set SLACK_SIGNING_SECRET for HTTP, or SLACK_APP_TOKEN for Socket Mode; "
            "`newsbrief preview` needs neither.",
        )
    _check_kind("SLACK_BOT_TOKEN", settings.slack_bot_token, wrong=("xapp-", "xoxp-"), right="xoxb-")
    _check_kind("SLACK_APP_TOKEN", settings.slack_app_token, wrong=("xoxb-", "xoxp-"), right="xapp-")
    if bool(settings.slack_client_id) != bool(settings.slack_client_secret):
        missing = "SLACK_CLIENT_SECRET" if settings.slack_client_id else "SLACK_CLIENT_ID"
        raise SettingError(
            f"{missing} is not set, but its partner is.", hint="Installing needs both; set both or neither."
        )
    if settings.slack_client_id and not settings.encryption_key:
        raise SettingError(
            "NEWSBRIEF_ENCRYPTION_KEY is not set, and the tokens of workspaces are kept encrypted only.",
            hint="Set it to a long random text, for example from: openssl rand -base64 32",
        )


def _warn_of_missing_token(settings: Settings) -> None:
    """Say what will not work: commands and buttons need no token, and workspaces may bring their own."""
    if not settings.slack_bot_token and not settings.slack_client_id:
        log.warning("SLACK_BOT_TOKEN is not set: %s", losses_without_token(settings.timezone))


def _check_kind(name: str, token: str, *, wrong: tuple[str, ...], right: str) -> None:
    if token.startswith(wrong):
        raise SettingError(
            f"{name} holds a token of another kind ({token[:5]}…).", hint=f"It begins with {right}."
        )
