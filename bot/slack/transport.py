"""How a message leaves: one POST to a response_url or a Web API method, and what became of it.

Nothing is retried after a request may have been read: whether it arrived is then uncertain, and a blind
second try could post twice. Tried again are only what certainly did not happen: a connection that was never
made, and a 429 that asks for a short wait; and not even those for the outbox (`call_once`, `ask_once`), which
remembers its tries beyond the end of this process and keeps Slack's pauses itself. Requests are made with
aiohttp itself: slack_sdk's client quotes whole bodies in its log lines and exceptions, and retries dropped
posts by default.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp
from aiohttp.abc import AbstractStreamWriter

from bot.errors import Rejected, RetryLater, SendError, Uncertain
from bot.telemetry import Hook, Sent

HTTP_SECONDS = 15.0
"""How long one request may take, whole."""
PATIENCE_SECONDS = 10.0
"""The longest `Retry-After` that an answer to a waiting person is kept back for."""
CONNECT_AGAIN_SECONDS = 0.3
LARGEST_REPLY = 1 << 20
LARGEST_PAGE = 32 << 20
"""A page of history holds 200 messages with all their blocks."""

_CODE = re.compile(r"[a-z][a-z0-9_]{0,79}")
_UNKNOWN_METHOD = "unknown_method"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What Slack answered to a request that it accepted: the JSON's fields and the granted scopes.

    `scopes` is None where the answer does not say.
    """

    fields: Mapping[str, Any]
    scopes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One POST, ready to be sent; not any more after `until`, a moment of the event loop's time."""

    url: str
    data: bytes
    headers: Mapping[str, str]
    largest: int = LARGEST_REPLY
    until: float | None = None

    @classmethod
    def json(cls, url: str, body: Mapping[str, Any], token: str = "") -> Request:
        """A body of JSON."""
        return cls(url=url, data=json.dumps(body).encode(), headers=_headers("application/json", token))

    @classmethod
    def form(
        cls, url: str, fields: Mapping[str, str], token: str = "", *, largest: int = LARGEST_REPLY
    ) -> Request:
        """A form; of the answer at most `largest` bytes are read."""
        headers = _headers("application/x-www-form-urlencoded", token)
        return cls(url=url, data=urlencode(fields).encode(), headers=headers, largest=largest)


class Transport:
    """Posts to Slack through one shared client session."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        api_url: str,
        hook: Hook,
        http_seconds: float = HTTP_SECONDS,
    ) -> None:
        self.session = session
        self.api_url = api_url
        self._hook = hook
        self._timeout = aiohttp.ClientTimeout(total=http_seconds)

    async def respond(self, url: str, body: Mapping[str, Any]) -> None:
        """Post to a response_url; raises Rejected, RetryLater or Uncertain."""
        if urlsplit(url).scheme not in ("https", "http"):
            raise Rejected("The request names no response_url to answer at.", code="no_response_url")
        await self._counted("response_url", Request.json(url, body))

    async def call(self, method: str, token: str, body: Mapping[str, Any]) -> Reply:
        """Call a Web API method that writes, as JSON; raises Rejected, RetryLater or Uncertain."""
        return await self._counted(method, Request.json(self.api_url + method, body, token))

    async def ask(self, method: str, token: str, fields: Mapping[str, str]) -> Reply:
        """Call a Web API method that reads: those take a form only; raises as `call` does."""
        return await self._counted(method, Request.form(self.api_url + method, fields, token))

    async def call_once(
        self, method: str, token: str, body: Mapping[str, Any], *, until: float | None = None
    ) -> Reply:
        """As `call`, tried exactly once: a 429 or an unreachable server raises RetryLater at once.

        After `until` (the event loop's time) nothing leaves any more, however far the request is prepared:
        Uncertain.
        """
        request = replace(Request.json(self.api_url + method, body, token), until=until)
        return await self._counted(method, request, tries=1)

    async def ask_once(self, method: str, token: str, fields: Mapping[str, str]) -> Reply:
        """As `ask`, tried exactly once; the answer may be a long page of messages."""
        request = Request.form(self.api_url + method, fields, token, largest=LARGEST_PAGE)
        return await self._counted(method, request, tries=1)

    async def _counted(self, via: str, request: Request, *, tries: int = 2) -> Reply:
        outcome = "uncertain"
        try:
            reply = await (self._post(request) if tries == 1 else self._patiently(request))
            outcome = "ok"
            return reply
        except RetryLater:
            outcome = "retry_later"
            raise
        except Rejected:
            outcome = "rejected"
            raise
        finally:
            self._hook(Sent(via=via, outcome=outcome))

    async def _patiently(self, request: Request) -> Reply:
        """One try, and a second one where the first certainly did nothing."""
        try:
            return await self._post(request)
        except RetryLater as error:
            if error.seconds > PATIENCE_SECONDS:
                raise
            await asyncio.sleep(error.seconds)
        return await self._post(request)

    async def _post(self, request: Request) -> Reply:
        try:
            async with self.session.post(
                request.url,
                data=_Timely(request.data, request.until),
                headers=request.headers,
                timeout=self._timeout,
                allow_redirects=False,
            ) as response:
                text = await _read(response.content, request.largest)
                return _judge(response.status, response.headers, text)
        except aiohttp.ClientConnectorError as error:
            raise RetryLater(
                "Slack could not be reached.", seconds=CONNECT_AGAIN_SECONDS, code="unreachable"
            ) from error
        except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError) as error:
            raise Rejected("The address to answer at is not usable.", code="bad_address") from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Uncertain(
                "The connection to Slack broke before it answered.", code=type(error).__name__
            ) from error


class _Timely(aiohttp.BytesPayload):
    """A body that leaves up to a moment and not later.

    Between our last look at a lease and the socket the process may be frozen for as long as anybody likes,
    and what it then wrote on would be a second message. aiohttp writes headers and body together, here, and
    from here it is a few calls to the socket without any wait.
    """

    def __init__(self, body: bytes, until: float | None) -> None:
        super().__init__(body)
        self._until = until

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        """As aiohttp's; raises ConnectionAbortedError where it is too late."""
        if self._until is not None and asyncio.get_running_loop().time() > self._until:
            raise ConnectionAbortedError("too late")
        await super().write_with_length(writer, content_length)


async def _read(content: aiohttp.StreamReader, largest: int) -> str:
    """The whole answer, which comes in pieces; what is beyond `largest` bytes is left unread."""
    pieces: list[bytes] = []
    left = largest
    while left > 0 and (piece := await content.read(left)):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces).decode("utf-8", "replace")


def _headers(content_type: str, token: str) -> dict[str, str]:
    headers = {"Content-Type": f"{content_type}; charset=utf-8"}
    return headers | ({"Authorization": f"Bearer {token}"} if token else {})


def _judge(status: int, headers: Mapping[str, str], text: str) -> Reply:
    """What an HTTP answer means: accepted, or the SendError that it is."""
    fields = _fields(text)
    code = _code(fields, text)
    if status == 429 or code in ("ratelimited", "rate_limited"):
        raise RetryLater("Slack asks to wait.", seconds=_wait(headers), code="ratelimited")
    if status >= 500:
        raise Uncertain(f"Slack answered with HTTP {status}.", code=code or f"http_{status}")
    if status == 404 and not code:
        code = _UNKNOWN_METHOD
    if status != 200 or fields.get("ok") is False:
        raise Rejected("Slack refused the request.", code=code or f"http_{status}", details=_details(fields))
    return Reply(fields=fields, scopes=_scopes(headers))


def _fields(text: str) -> dict[str, Any]:
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def _code(fields: Mapping[str, Any], text: str) -> str:
    """Slack's own word for what is wrong, from JSON or as the bare text that hooks answer with."""
    said = fields.get("error", text.strip() if not fields else "")
    return said if isinstance(said, str) and said != "ok" and _CODE.fullmatch(said) else ""


def _details(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """Slack's own messages, JSON pointers included; they may quote what was sent, so they are not logged."""
    metadata = fields.get("response_metadata")
    messages = metadata.get("messages") if isinstance(metadata, dict) else None
    found = [fields.get("errors"), messages]
    return tuple(
        text for texts in found if isinstance(texts, list) for text in texts if isinstance(text, str)
    )


def _wait(headers: Mapping[str, str]) -> float:
    try:
        seconds = float(headers.get("Retry-After", "1"))
    except ValueError:
        seconds = 1.0
    return min(max(seconds, 0.0), 3600.0) if seconds == seconds else 1.0  # noqa: PLR0124 -- NaN is not itself


def _scopes(headers: Mapping[str, str]) -> frozenset[str] | None:
    said = headers.get("X-OAuth-Scopes")
    if said is None:
        return None
    return frozenset(scope.strip() for scope in said.split(",") if scope.strip())


def is_final(error: SendError) -> bool:
    """True where a response_url takes nothing more: used up, expired or unknown."""
    return error.code in ("expired_url", "used_url", "invalid_url", "no_response_url", _UNKNOWN_METHOD)
