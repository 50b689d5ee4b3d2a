"""The routes that Slack has: Web API, `response_url`s, sockets, authorize page; and the control of faults."""

from __future__ import annotations

import html
import json
import secrets
from urllib.parse import urlencode, urljoin, urlsplit

from aiohttp import web

from bot.errors import UsageError
from bot.preview.api import METHODS, ApiError, Arguments, read_arguments
from bot.preview.api.apps import SCOPES
from bot.preview.core import IMAGE_TYPES, Core
from bot.preview.failing import carry_out
from bot.preview.faults import RESPONSE_URL, fault_from_json
from bot.preview.guard import guard
from bot.preview.hooks import Hooks
from bot.preview.journal import Call
from bot.preview.outgoing import Outgoing
from bot.preview.world import Json

MAX_BODY = 2 * 1024 * 1024
_WITHOUT_BOT_TOKEN = frozenset({"api.test", "oauth.v2.access"})


class Server:
    """The Slack-compatible half of the workspace as one aiohttp application."""

    def __init__(self, core: Core, hooks: Hooks, outgoing: Outgoing) -> None:
        self._core = core
        self._hooks = hooks
        self._outgoing = outgoing

    def application(self) -> web.Application:
        """The application; the page adds its own routes to it."""
        app = web.Application(middlewares=[guard], client_max_size=MAX_BODY)
        app.router.add_route("GET", "/api/{method}", self._api)
        app.router.add_route("POST", "/api/{method}", self._api)
        app.router.add_post("/hooks/{team}/{hook}", self._hook)
        app.router.add_get("/link/", self._outgoing.serve_socket)
        app.router.add_get("/oauth/v2/authorize", self._authorize)
        app.router.add_get("/oauth/v2/authorize/{answer:allow|cancel}", self._authorized)
        app.router.add_get("/assets/{path:.+}", self._asset)
        app.router.add_get("/_preview/faults", self._list_faults)
        app.router.add_post("/_preview/faults", self._set_faults)
        app.router.add_delete("/_preview/faults", self._clear_faults)
        app.router.add_get("/_preview/calls", self._calls)
        return app

    async def _api(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        arguments, problem = Arguments(), None
        try:
            arguments = await read_arguments(request)
        except ApiError as error:
            problem = error
        token = arguments.pop("token", "") or _bearer(request)
        call = Call(method=name, body=dict(arguments), at=self._core.clock.now())

        def act() -> tuple[int, Json]:
            if problem:
                return 200, problem.answer()
            return 200, self._answer(name, token, arguments)

        response = await carry_out(self._core, request, call, act)
        if token in self._core.bot_tokens:
            response.headers["X-OAuth-Scopes"] = SCOPES
        return response

    def _answer(self, name: str, token: object, arguments: Arguments) -> Json:
        method = METHODS.get(name)
        if method is None:
            return {"ok": False, "error": "unknown_method", "req_method": name}
        try:
            self._check_token(name, token)
            return method(self._core, arguments)
        except ApiError as error:
            return error.answer()

    def _check_token(self, name: str, token: object) -> None:
        if name in _WITHOUT_BOT_TOKEN:
            return
        if not token:
            raise ApiError("not_authed")
        if name == "apps.connections.open":
            allowed = token == self._core.app_token
        else:
            allowed = token in self._core.bot_tokens
        if not allowed:
            raise ApiError("invalid_auth")

    async def _hook(self, request: web.Request) -> web.StreamResponse:
        try:
            payload = json.loads(await request.text())
        except (ValueError, RecursionError):
            payload = None
        body = payload if isinstance(payload, dict) else {"payload": payload}
        call = Call(method=RESPONSE_URL, body=body, at=self._core.clock.now())
        hook = request.match_info["hook"]
        return await carry_out(self._core, request, call, lambda: self._hooks.post(hook, payload))

    async def _authorize(self, request: web.Request) -> web.StreamResponse:
        query = urlencode(dict(request.query))
        scopes = "".join(f"<li>{html.escape(one)}</li>" for one in request.query.get("scope", "").split(","))
        body = (
            "<!doctype html><html lang=en><meta charset=utf-8><title>Add newsbrief</title>"
            f"<main><h1>Add newsbrief to {html.escape(self._core.world.team_name)}?</h1>"
            f"<p>It will be able to:</p><ul>{scopes}</ul>"
            f'<p><a href="/oauth/v2/authorize/allow?{html.escape(query)}">Allow</a> '
            f'<a href="/oauth/v2/authorize/cancel?{html.escape(query)}">Cancel</a></p></main></html>'
        )
        return web.Response(text=body, content_type="text/html", charset="utf-8")

    async def _authorized(self, request: web.Request) -> web.StreamResponse:
        target = request.query.get("redirect_uri") or self._configured_redirect()
        if urlsplit(target).scheme not in ("http", "https"):
            raise web.HTTPBadRequest(
                text="The install link's redirect_uri does not begin with http or https."
            )
        answer = {"state": request.query.get("state", "")}
        if request.match_info["answer"] == "allow":
            code = secrets.token_hex(12)
            self._core.codes.add(f"oauth:{code}")
            answer["code"] = code
        else:
            answer["error"] = "access_denied"
        raise web.HTTPFound(f"{target}{'&' if '?' in target else '?'}{urlencode(answer)}")

    def _configured_redirect(self) -> str:
        """Where Slack leads back to when the link names nothing: the one address set up for the app."""
        if not self._outgoing.bot_url:
            raise web.HTTPBadRequest(text="The install link names no redirect_uri, and no bot is running.")
        return urljoin(self._outgoing.bot_url, "/slack/oauth_redirect")

    async def _asset(self, request: web.Request) -> web.StreamResponse:
        found = self._core.asset(request.match_info["path"])
        if found is None:
            raise web.HTTPNotFound(text="There is no such image in the providers folders.")
        headers = {"Content-Type": IMAGE_TYPES[found.suffix.lower()], "Cache-Control": "max-age=300"}
        return web.FileResponse(found, headers=headers)

    async def _list_faults(self, request: web.Request) -> web.StreamResponse:
        del request
        return web.json_response({"faults": self._core.faults.as_json()})

    async def _set_faults(self, request: web.Request) -> web.StreamResponse:
        """`{"faults": […]}` replaces all rules; one rule as an object is added."""
        try:
            data = await request.json()
            if isinstance(data, dict) and isinstance(data.get("faults"), list):
                self._core.faults.set([fault_from_json(one) for one in data["faults"]])
            else:
                fault = fault_from_json(data)
                self._core.faults.append(fault)
        except (ValueError, RecursionError, UsageError) as error:
            return web.json_response({"error": str(error)}, status=400)
        return await self._list_faults(request)

    async def _clear_faults(self, request: web.Request) -> web.StreamResponse:
        self._core.faults.clear()
        return await self._list_faults(request)

    async def _calls(self, request: web.Request) -> web.StreamResponse:
        method = request.query.get("method", "")
        calls = [call.as_json() for call in self._core.journal if method in ("", call.method)]
        return web.json_response({"calls": calls})


def _bearer(request: web.Request) -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""
