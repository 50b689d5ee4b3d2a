"""Installing the bot into workspaces: Bolt's OAuth flow over our own store."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from logging import Logger
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.oauth.async_callback_options import AsyncFailureArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store import Installation as SlackInstallation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.stateless import StatelessOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import SLACK_API, Settings
from bot.domain.installation import Installation
from bot.errors import Rejected
from bot.slack.app import packages_logger
from bot.slack.pages import SAFE_HEADERS, page, page_text
from bot.slack.payloads import text_at
from bot.slack.scopes import OPTIONAL_SCOPES, SCOPES
from bot.slack.services import Installations
from bot.slack.tokens import Tokens
from bot.slack.transport import Transport
from bot.telemetry import log_id, logger_for

log = logger_for("slack")

STATE_SECONDS = 600
"""How long somebody may take between the install page and Slack's way back."""
LONGEST_REASON = 100
REASONS = {
    "access_denied": "Nothing was installed, because somebody said no (access_denied).",
    "invalid_browser": "The way back from Slack has to end in the browser in which it began.",
    "invalid_state": "This address was used before or has grown too old.",
    "missing_code": "Slack sent no code.",
    "invalid_code": "Slack does not know this code, or not any more.",
    "storage_error": "The installation could not be kept.",
}
"""What Slack's and Bolt's codes mean, for the person at the browser."""


class Installer:
    """The two addresses of Slack's OAuth flow; without a client id they say what is missing."""

    def __init__(
        self,
        settings: Settings,
        installations: Installations | None,
        *,
        tokens: Tokens,
        transport: Transport,
        client: AsyncWebClient,
    ) -> None:
        self._flow: AsyncOAuthFlow | None = None
        if settings.slack_client_id and settings.slack_client_secret and installations is not None:
            oauth = _oauth_settings(settings, _Store(installations, tokens))
            self._flow = _Flow(transport, client, oauth)

    async def install(self, request: web.Request) -> web.StreamResponse:
        """`GET /slack/install`: the button that leads to Slack."""
        if self._flow is None:
            return _not_set_up()
        return await _answer(await self._flow.handle_installation(_bolt_request(request)))

    async def redirected(self, request: web.Request) -> web.StreamResponse:
        """`GET /slack/oauth_redirect`: the way back from Slack, with a code to trade for a token."""
        if self._flow is None:
            return _not_set_up()
        try:
            response = await self._flow.handle_callback(_bolt_request(request))
        except Exception:  # Bolt's flow raises what it likes; the person sees a page, never a traceback
            ref = secrets.token_hex(3)
            log.exception("an installation failed (ref %s)", ref)
            sentence = f"The bot could not be installed (ref {ref}). Please try again in a minute."
            return page("Not installed", sentence, 502)
        return await _answer(response)


class _Flow(AsyncOAuthFlow):
    """Bolt's flow, but the code is traded by our own transport.

    slack_sdk writes the code to the log when that fails, and uses a part of aiohttp that is going away.
    """

    def __init__(self, transport: Transport, client: AsyncWebClient, settings: AsyncOAuthSettings) -> None:
        super().__init__(client=client, logger=packages_logger(), settings=settings)
        self.failure_handler = _failed
        self._transport = transport

    async def run_installation(self, code: str) -> SlackInstallation | None:
        """The installation that a code stands for; None where Slack does not know the code."""
        credentials = {"client_id": self.settings.client_id, "client_secret": self.settings.client_secret}
        try:
            granted = await self._transport.ask("oauth.v2.access", "", credentials | {"code": code})
            token = text_at(granted.fields, "access_token")
            bot = await self._transport.ask("auth.test", token, {})
        except Rejected as error:
            log.warning("Slack did not accept an installation's code (%s)", log_id(error.code))
            return None
        return _granted(granted.fields, bot_id=text_at(bot.fields, "bot_id"))


async def _failed(args: AsyncFailureArgs) -> BoltResponse:
    """Our own page in place of Bolt's, which has status 200 for an error and escapes its text twice."""
    reason = args.reason[:LONGEST_REASON]
    sentence = REASONS.get(reason, f"Slack's reason is “{reason}”.")
    return BoltResponse(
        status=max(args.suggested_status_code, 400),
        body=page_text("Not installed", f"{sentence} Please begin again at {args.settings.install_path}."),
        headers={
            "Content-Type": "text/html; charset=utf-8",
            "Set-Cookie": args.settings.state_utils.build_set_cookie_for_deletion(),
        },
    )


class _Store(AsyncInstallationStore):
    """What Bolt's flow saves to: our store, in our own words."""

    def __init__(self, installations: Installations, tokens: Tokens) -> None:
        self._installations = installations
        self._tokens = tokens

    @property
    def logger(self) -> Logger:
        return packages_logger()

    async def async_save(self, installation: SlackInstallation) -> None:
        ours = _ours(installation)
        await self._installations.save(ours)
        self._tokens.forget(ours.team_id)
        log.info("installed team=%s enterprise=%s", log_id(ours.team_id), log_id(ours.enterprise_id))


def _granted(fields: Mapping[str, Any], *, bot_id: str) -> SlackInstallation:
    seconds = fields.get("expires_in")
    return SlackInstallation(
        app_id=text_at(fields, "app_id"),
        enterprise_id=text_at(fields, "enterprise", "id") or None,
        team_id=text_at(fields, "team", "id") or None,
        bot_token=text_at(fields, "access_token"),
        bot_id=bot_id,
        bot_user_id=text_at(fields, "bot_user_id"),
        bot_scopes=text_at(fields, "scope"),
        bot_refresh_token=text_at(fields, "refresh_token") or None,
        bot_token_expires_in=seconds if isinstance(seconds, int) else None,
        user_id=text_at(fields, "authed_user", "id"),
        is_enterprise_install=fields.get("is_enterprise_install") is True,
    )


def _ours(installation: SlackInstallation) -> Installation:
    expires = installation.bot_token_expires_at
    scopes: Sequence[str] = installation.bot_scopes or ()
    return Installation(
        team_id=installation.team_id or "",
        enterprise_id=installation.enterprise_id or "",
        is_enterprise=installation.is_enterprise_install,
        bot_token=installation.bot_token or "",
        bot_user_id=installation.bot_user_id or "",
        bot_id=installation.bot_id or "",
        scopes=tuple(scopes),
        app_id=installation.app_id or "",
        installed_at=datetime.fromtimestamp(installation.installed_at, UTC),
        refresh_token=installation.bot_refresh_token or "",
        expires_at=datetime.fromtimestamp(expires, UTC) if expires else None,
    )


def _oauth_settings(settings: Settings, store: AsyncInstallationStore) -> AsyncOAuthSettings:
    return AsyncOAuthSettings(
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret,
        scopes=[*SCOPES, *OPTIONAL_SCOPES],
        user_scopes=[],
        installation_store=store,
        state_store=StatelessOAuthStateStore(
            expiration_seconds=STATE_SECONDS,
            signing_secret=settings.slack_client_secret,
            logger=packages_logger(),
        ),
        state_expiration_seconds=STATE_SECONDS,
        authorization_url=_authorization_url(settings.slack_api_url),
        logger=packages_logger(),
    )


def _authorization_url(api_url: str) -> str:
    """Slack's consent page; another Slack-compatible server has it beside its `/api/`."""
    if api_url == SLACK_API:
        return "https://slack.com/oauth/v2/authorize"
    parts = urlsplit(api_url)
    return f"{parts.scheme}://{parts.netloc}{parts.path.removesuffix('/api/')}/oauth/v2/authorize"


def _bolt_request(request: web.Request) -> AsyncBoltRequest:
    headers: dict[str, Any] = {"cookie": [request.headers.get("Cookie", "")]}
    return AsyncBoltRequest(body="", query=request.query_string, headers=headers)


async def _answer(response: BoltResponse) -> web.Response:
    answer = await to_aiohttp_response(response)
    answer.headers.update(SAFE_HEADERS)
    return answer


def _not_set_up() -> web.Response:
    return page(
        "Not set up for installing",
        "This bot belongs to one workspace. Set SLACK_CLIENT_ID and SLACK_CLIENT_SECRET "
        "to let other workspaces install it.",
        404,
    )
