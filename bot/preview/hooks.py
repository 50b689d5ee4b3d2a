"""`response_url`s: five answers within thirty minutes, then an error as Slack gives it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.preview.core import Core
from bot.preview.judge import judge, refusal, with_block_ids
from bot.preview.outgoing import Ack
from bot.preview.world import Finding, Json, Posted

USES = 5
LIFETIME = timedelta(minutes=30)
KEPT_HOOKS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One post to a `response_url`: what was sent, what came back, and the message it became."""

    payload: Mapping[str, Any]
    status: int
    error: str = ""
    message: Posted | None = None


@dataclass(slots=True, kw_only=True)
class Hook:
    """One `response_url`: where it answers, for whom, and the message it may replace or delete.

    `sent` is what the bot was sent with it, `ack` how it acknowledged, once it did.
    """

    id: str
    channel: str
    user: str
    given_at: datetime
    via: str = ""
    source: Posted | None = None
    sent: Json = field(default_factory=dict)
    ack: Ack | None = None
    uses: int = 0
    answers: list[Answer] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(self, count: int, seconds: float) -> list[Answer]:
        """At least `count` answers; raises TimeoutError when they do not come in time."""
        async with asyncio.timeout(seconds):
            while len(self.answers) < count:
                self.arrived.clear()
                await self.arrived.wait()
        return list(self.answers)

    def note(self, answer: Answer) -> None:
        """Keep an answer and wake who waits for it."""
        self.answers.append(answer)
        self.arrived.set()


class Hooks:
    """All `response_url`s of a workspace."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._hooks: dict[str, Hook] = {}

    def give(self, channel: str, user: str, *, via: str = "", source: Posted | None = None) -> Hook:
        """A new one, for a command (`via`) or for a button of `source`."""
        hook = Hook(
            id=secrets.token_urlsafe(18),
            channel=channel,
            user=user,
            given_at=self._core.clock.now(),
            via=via,
            source=source,
        )
        self._hooks[hook.id] = hook
        while len(self._hooks) > KEPT_HOOKS:
            del self._hooks[next(iter(self._hooks))]
        return hook

    def find(self, hook_id: str) -> Hook | None:
        """The one with this id, while it is remembered."""
        return self._hooks.get(hook_id)

    def url(self, hook: Hook) -> str:
        """The address that the bot posts to."""
        return f"{self._core.root}/hooks/{self._core.world.team_id}/{hook.id}"

    def post(self, hook_id: str, payload: object) -> tuple[int, Json]:
        """Take an answer: the HTTP status and JSON that Slack would give."""
        hook = self._hooks.get(hook_id)
        if hook is None:
            return 404, {"ok": False, "error": "invalid_url"}
        if not isinstance(payload, dict):
            return self._refused(hook, {"payload": payload}, 400, {"error": "invalid_payload"})
        if self._core.clock.now() - hook.given_at > LIFETIME:
            return self._refused(hook, payload, 404, {"error": "expired_url"})
        if hook.uses >= USES:
            return self._refused(hook, payload, 404, {"error": "used_url"})
        return self._take(hook, payload)

    def inline(self, hook: Hook, payload: Json) -> None:
        """Show a message that came as the body of the acknowledgement itself."""
        self._take(hook, payload, counted=False)

    def _refused(self, hook: Hook, payload: Json, status: int, answer: Json) -> tuple[int, Json]:
        hook.note(Answer(payload=payload, status=status, error=answer["error"]))
        return status, {"ok": False, **answer}

    def _take(self, hook: Hook, payload: Json, *, counted: bool = True) -> tuple[int, Json]:
        core, text = self._core, payload.get("text") or ""
        blocks = payload.get("blocks") or []
        if not isinstance(text, str) or not isinstance(blocks, list):
            return self._refused(hook, payload, 400, {"error": "invalid_payload"})
        if payload.get("delete_original"):
            hook.uses += counted
            return self._delete(hook, payload)
        if not text and not blocks and not payload.get("attachments"):
            return self._refused(hook, payload, 400, {"error": "no_text"})
        findings = judge(core, "response_url", text, blocks)
        if any(finding.is_error for finding in findings):
            core.world.add(
                replace(self._draft(hook, payload, findings), refused="response_url: invalid_blocks")
            )
            return self._refused(hook, payload, 400, {"error": "invalid_blocks", **refusal(findings)})
        hook.uses += counted
        message = self._show(hook, payload, self._draft(hook, payload, findings))
        hook.note(Answer(payload=payload, status=200, message=message))
        return 200, {"ok": True}

    def _draft(self, hook: Hook, payload: Json, findings: tuple[Finding, ...]) -> Posted:
        in_channel = payload.get("response_type") == "in_channel"
        source = hook.source
        thread = str(payload.get("thread_ts") or (source.thread_ts if source else ""))
        blocks = tuple(payload.get("blocks") or ())
        return Posted(
            channel=hook.channel,
            ts=self._core.world.next_ts(),
            user=self._core.world.bot.id,
            text=payload.get("text") or "",
            blocks=blocks if any(finding.is_error for finding in findings) else with_block_ids(blocks),
            thread_ts=thread,
            metadata=payload.get("metadata"),
            only_for="" if in_channel else hook.user,
            via=hook.via,
            hook=hook.id,
            findings=findings,
        )

    def _show(self, hook: Hook, payload: Json, draft: Posted) -> Posted:
        world = self._core.world
        current = self._original(hook) if payload.get("replace_original") else None
        if current is None:
            message = world.add(draft)
            hook.source = hook.source or message
            return message
        kept = replace(
            draft,
            ts=current.ts,
            only_for=current.only_for,
            thread_ts=current.thread_ts,
            via=current.via,
            edited_ts="" if current.only_for else draft.ts,
        )
        return world.change(kept)

    def _original(self, hook: Hook) -> Posted | None:
        return self._core.world.find(hook.channel, hook.source.ts) if hook.source else None

    def _delete(self, hook: Hook, payload: Json) -> tuple[int, Json]:
        current = self._original(hook)
        if current is not None:
            self._core.world.remove(current)
        hook.note(Answer(payload=payload, status=200, message=current))
        return 200, {"ok": True}
