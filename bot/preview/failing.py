"""Carrying out a call of the bot, with the fault that it meets."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from bot.preview.core import Core
from bot.preview.faults import Fault, FaultKind
from bot.preview.journal import Call
from bot.preview.world import Json

Act = Callable[[], tuple[int, Json]]

_BEFORE = frozenset(
    {
        FaultKind.RATE_LIMITED,
        FaultKind.ERROR,
        FaultKind.MISSING_SCOPE,
        FaultKind.SERVER_ERROR_BEFORE,
        FaultKind.DROP_BEFORE,
        FaultKind.HANG_BEFORE,
    }
)
_AFTER = frozenset({FaultKind.SERVER_ERROR_AFTER, FaultKind.DROP_AFTER, FaultKind.HANG_AFTER})


async def carry_out(core: Core, request: web.Request, call: Call, act: Act) -> web.StreamResponse:
    """Run `act` (its result is status and JSON) unless a fault comes before it; journal both."""
    core.journal.add(call)
    fault = core.faults.take(call.method)
    call.fault = fault.kind if fault else ""
    if fault and fault.kind in _BEFORE:
        return await _fail(core, request, call, fault)
    status, answer = act()
    call.accepted = status == 200 and answer.get("ok") is not False
    if fault and fault.kind in _AFTER:
        return await _fail(core, request, call, fault)
    if fault:
        await core.pause(fault.delay)
    return _answered(call, status, answer)


def _answered(call: Call, status: int, answer: Json, headers: dict[str, str] | None = None) -> web.Response:
    call.status, call.answer = status, answer
    return web.json_response(answer, status=status, headers=headers)


async def _fail(core: Core, request: web.Request, call: Call, fault: Fault) -> web.StreamResponse:
    kind = fault.kind
    if kind is FaultKind.RATE_LIMITED:
        wait = {"Retry-After": str(max(1, round(fault.delay)))}
        return _answered(call, 429, {"ok": False, "error": "ratelimited"}, wait)
    if kind is FaultKind.MISSING_SCOPE:
        answer = {"ok": False, "error": "missing_scope", "needed": fault.error, "provided": "chat:write"}
        return _answered(call, 200, answer)
    if kind is FaultKind.ERROR:
        return _answered(call, 200, {"ok": False, "error": fault.error or "internal_error"})
    if kind in (FaultKind.SERVER_ERROR_BEFORE, FaultKind.SERVER_ERROR_AFTER):
        call.status = 500
        return web.Response(status=500, text="Server error")
    if kind in (FaultKind.HANG_BEFORE, FaultKind.HANG_AFTER):
        await core.pause(fault.delay)
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
