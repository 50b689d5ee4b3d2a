"""The page's routes: the document, its files, and what its script asks for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.errors import NewsbriefError, UsageError
from bot.preview.acts import Acts
from bot.preview.core import Core
from bot.preview.hooks import Hooks
from bot.preview.page.live import Live
from bot.preview.page.model import EXAMPLES, HINTS, Model, of_kind
from bot.preview.page.templating import FOLDER, environment
from bot.preview.world import Json, Kind, Person, Posted

MAX_COMPLETIONS = 6
MAX_COMPLETED = 200
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https: http:; "
    "connect-src 'self' ws://{host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

Complete = Callable[[str], Awaitable[list[str]]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Page:
    """The browser's half of the workspace. `completions` looks up completions of a search."""

    def __init__(self, core: Core, hooks: Hooks, acts: Acts, completions: Complete) -> None:
        self._core = core
        self._hooks = hooks
        self._acts = acts
        self._completions = completions
        self._model = Model(core)
        self._templates = environment(core, self._model)
        self._live = Live(core, self._model, self._message_html)

    def add_to(self, app: web.Application) -> None:
        """Add the page's routes to the server's."""
        get, post = app.router.add_get, app.router.add_post
        get("/", _plainly(self._document))
        get("/static/{name}", self._static)
        get("/_preview/live", _plainly(self._live.serve))
        get("/_preview/complete", _plainly(self._complete))
        get("/_preview/thread", _plainly(self._thread))
        get("/_preview/message", _plainly(self._inspect))
        get("/_preview/views", _plainly(self._views))
        for name, handler in {
            "say": self._say,
            "press": self._press,
            "dismiss": self._dismiss,
            "view": self._view,
            "home": self._home,
            "zone": self._zone,
        }.items():
            post(f"/_preview/{name}", _plainly(handler))

    async def close(self) -> None:
        """Stop telling pages."""
        await self._live.close()

    async def _document(self, request: web.Request) -> web.StreamResponse:
        person = self._model.person(request.query.get("as", ""))
        channel = self._model.conversation(person, request.query.get("in", ""))
        unread = {one.id: self._model.unread(person, one) for one in self._model.conversations(person)}
        self._model.mark_read(person, channel.id)
        everything = self._model.conversations(person)
        html = self._templates.get_template("workspace.html.j2").render(
            world=self._core.world,
            command=self._core.command,
            person=person,
            people=[(one, self._model.local(one)) for one in self._core.world.people.values()],
            channel=channel,
            channels=of_kind(everything, direct=False),
            directs=of_kind(everything, direct=True),
            unread=unread | {channel.id: 0},
            messages=self._model.messages(person, channel),
            members=[self._core.world.member(one) for one in sorted(channel.members)],
            is_direct=channel.kind is Kind.DIRECT,
            is_private=channel.kind is Kind.PRIVATE,
            tab="home" if request.query.get("tab") == "home" else "messages",
            home=self._core.world.homes.get(person.id),
            examples=EXAMPLES,
            hints=HINTS,
            now=self._model.local(person),
            shift_ms=self._model.shift_ms,
            seen=self._live.mark,
            link=_link,
        )
        policy = {"Content-Security-Policy": _POLICY.format(host=request.host), "Cache-Control": "no-store"}
        return web.Response(text=html, content_type="text/html", headers=policy)

    def _message_html(self, person: Person, message: Posted) -> str:
        shown = self._model.shown(person, message)
        return self._templates.get_template("one_message.html.j2").render(shown=shown, person=person)

    async def _static(self, request: web.Request) -> web.StreamResponse:
        path = FOLDER / "static" / request.match_info["name"]
        if path.parent != FOLDER / "static" or path.suffix not in _TYPES or not path.is_file():
            raise web.HTTPNotFound(text="There is no such file.")
        headers = {"Content-Type": f"{_TYPES[path.suffix]}; charset=utf-8", "Cache-Control": "no-cache"}
        return web.FileResponse(path, headers=headers)

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        text = request.query.get("text", "")[:MAX_COMPLETED]
        try:
            found = await self._completions(text) if text.strip() else []
        except NewsbriefError:
            found = []  # a half-typed filter is no mistake yet
        return web.json_response({"completions": found[:MAX_COMPLETIONS]})

    async def _thread(self, request: web.Request) -> web.StreamResponse:
        person = self._model.person(request.query.get("as", ""))
        channel = self._model.conversation(person, request.query.get("in", ""))
        messages = self._model.thread(person, channel, request.query.get("ts", ""))
        if not messages:
            raise UsageError("That thread is not there any more.")
        html = self._templates.get_template("thread.html.j2").render(messages=messages, person=person)
        return web.Response(text=html, content_type="text/html")

    async def _views(self, request: web.Request) -> web.StreamResponse:
        """The Home tab and the top dialog of a person, as HTML."""
        person = self._model.person(request.query.get("as", ""))
        dialogs = self._core.world.dialogs.get(person.id, [])
        home = self._core.world.homes.get(person.id)
        template = self._templates.get_template("view.html.j2").module
        parts = {
            "home": str(template.home(home)) if home else "",  # type: ignore[attr-defined]  # a macro of the template
            "dialog": str(template.dialog(dialogs[-1], person)) if dialogs else "",  # type: ignore[attr-defined]  # likewise
        }
        return web.json_response(parts)

    async def _inspect(self, request: web.Request) -> web.StreamResponse:
        """What the bot was sent and what it answered, for one message."""
        person = self._model.person(request.query.get("as", ""))
        channel = self._model.conversation(person, request.query.get("in", ""))
        message = self._core.world.find(channel.id, request.query.get("ts", ""))
        if message is None or message.only_for not in ("", person.id):
            raise UsageError("That message is not there any more.")
        hook = self._hooks.find(message.hook) if message.hook else None
        body: Json = {
            "message": {"text": message.text, "blocks": list(message.blocks)},
            "metadata": message.metadata,
            "findings": [finding.slack_text for finding in message.findings],
            "sent": hook.sent if hook else None,
            "acknowledged": {"status": hook.ack.status, "ms": round(hook.ack.ms, 1)}
            if hook and hook.ack
            else None,
        }
        return web.json_response(body)

    async def _say(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        text, user, channel = _text(body, "text"), _text(body, "user"), _text(body, "channel")
        thread = _text(body, "thread")
        if not text.startswith("/"):
            await self._acts.say(text.strip(), user=user, channel=channel, thread_ts=thread)
            return web.json_response({"ok": True})
        typed, _, rest = text.strip().partition(" ")
        if typed.lower() != self._core.command or thread:
            self._acts.writable(channel, user)
            self._acts.tell(channel, self._acts.person(user).id, self._no_command(typed, thread), via=text)
            return web.json_response({"ok": True})
        asked = await self._acts.command(rest.strip(), user=user, channel=channel)
        return web.json_response({"ok": asked.ack.ok, "waiting": asked.ack.ok and not asked.hook.answers})

    def _no_command(self, typed: str, thread: str) -> str:
        if thread:
            return f"Commands work in the channel, not in threads. Type `{self._core.command}` below."
        safe = typed.replace("&", "&amp;").replace("<", "&lt;").replace("`", "ʼ")[:60]
        return f"There is no command `{safe}` here. Try `{self._core.command} help`."

    async def _press(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        message = self._core.world.find(_text(body, "channel"), _text(body, "ts"))
        if message is None:
            raise UsageError("That message is not there any more.")
        asked = await self._acts.press(
            message,
            _text(body, "action_id"),
            user=_text(body, "user"),
            choice=_text(body, "choice"),
            block_id=_text(body, "block_id"),
        )
        return web.json_response({"ok": asked.ack.ok, "error": asked.ack.error})

    async def _dismiss(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        message = self._core.world.find(_text(body, "channel"), _text(body, "ts"))
        if message is not None and (message.only_for == _text(body, "user") or message.refused):
            self._core.world.remove(message)
        return web.json_response({"ok": True})

    async def _view(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        user, view_id = _text(body, "user"), _text(body, "view_id")
        values = body.get("values")
        values = values if isinstance(values, dict) else {}
        if body.get("event") == "submit":
            return web.json_response(await self._acts.submit(user, view_id, values))
        if body.get("event") == "close":
            await self._acts.dismiss(user, view_id)
            return web.json_response({})
        ack = await self._acts.press_in_view(user, view_id, values, body)
        return web.json_response({"ok": ack.ok, "error": ack.error})

    async def _home(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        await self._acts.open_app(_text(body, "user"), "home" if body.get("tab") == "home" else "messages")
        return web.json_response({"ok": True})

    async def _zone(self, request: web.Request) -> web.StreamResponse:
        """The first person lives where the browser is."""
        body = await _body(request)
        try:
            zone = ZoneInfo(_text(body, "zone"))
        except (ValueError, OSError, LookupError) as error:
            raise UsageError("The browser names a time zone that is not known here.") from error
        self._core.follow_zone(zone.key)
        return web.json_response({"ok": True})


def _link(person: str, channel: str) -> str:
    return "/?" + urlencode({"as": person, "in": channel})


async def _body(request: web.Request) -> Json:
    """A JSON object; another content type is refused, because any page could send a form here."""
    if request.content_type != "application/json":
        raise UsageError("Send JSON.")
    try:
        body = await request.json()
    except (ValueError, RecursionError) as error:
        raise UsageError("That is no JSON.") from error
    if not isinstance(body, dict):
        raise UsageError("Send a JSON object.")
    return body


def _text(body: Json, name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _plainly(handler: Handler) -> Handler:
    """A mistake of the asker is a sentence with status 400."""

    async def told(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except UsageError as error:
            return web.json_response({"error": str(error)}, status=400)

    return told
