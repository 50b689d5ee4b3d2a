"""What people do in the workspace: say something, run the command, press a button, send a dialog."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.errors import UsageError
from bot.preview import envelopes
from bot.preview.api.chat import message_json
from bot.preview.core import Core
from bot.preview.hooks import Answer, Hook, Hooks
from bot.preview.outgoing import PATIENCE, Ack, Outgoing
from bot.preview.typed import as_slack_sends, with_mentions
from bot.preview.world import Conversation, Json, Kind, Person, Posted

MAX_TYPED = 12_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A command or a press under way: its acknowledgement, and the answers at its `response_url`."""

    ack: Ack
    hook: Hook

    @property
    def status(self) -> int:
        """The HTTP status of the acknowledgement; 0 where there was none."""
        return self.ack.status

    @property
    def ms(self) -> float:
        """Milliseconds until the acknowledgement."""
        return self.ack.ms

    async def answers(self, count: int = 1, seconds: float = 5.0) -> list[Answer]:
        """The answers once there are at least `count`; raises TimeoutError."""
        return await self.hook.wait(count, seconds)

    async def answer(self, seconds: float = 5.0) -> Answer:
        """The first answer; raises TimeoutError."""
        return (await self.answers(1, seconds))[0]


class Acts:
    """People's side of the workspace."""

    def __init__(self, core: Core, hooks: Hooks, outgoing: Outgoing) -> None:
        self._core = core
        self._hooks = hooks
        self._outgoing = outgoing

    def person(self, user: str) -> Person:
        """Someone of this workspace; raises UsageError."""
        found = self._core.world.people.get(user)
        if found is None:
            raise UsageError(f"There is nobody with the id {user!r} here.")
        return found

    def channel(self, channel: str, user: str) -> Conversation:
        """A conversation that this person can see; raises UsageError."""
        found = self._core.world.conversations.get(channel)
        if found is None or (found.kind is not Kind.PUBLIC and user not in found.members):
            raise UsageError(f"There is no conversation {channel!r} that {user} can see.")
        return found

    def writable(self, channel: str, user: str) -> Conversation:
        """A conversation that this person can write in; raises UsageError."""
        found = self.channel(channel, user)
        if found.is_archived:
            raise UsageError(f"#{found.name} is archived: nobody can write there.")
        return found

    async def command(self, text: str, *, user: str, channel: str) -> Asked:
        """Run the slash command with `text` as typed after it; a failure is told as Slack tells it."""
        core = self._core
        person, where = self.person(user), self.writable(channel, user)
        via = f"{core.command} {text}".strip()
        hook = self._hooks.give(where.id, person.id, via=via)
        form = envelopes.slash_command(core, person, where, as_slack_sends(text), self._hooks.url(hook))
        hook.sent = form
        ack = hook.ack = await self._outgoing.command(form)
        if not ack.ok:
            self.tell(where.id, person.id, _failure(core.command, ack.error), via=via)
        elif ack.body.strip():
            body = ack.json()
            self._hooks.inline(hook, body if isinstance(body, dict) else {"text": ack.body})
        return Asked(ack=ack, hook=hook)

    async def press(
        self, message: Posted, wanted: str, *, user: str = "", choice: str = "", block_id: str = ""
    ) -> Asked:
        """Press what has this action_id or label in a message; raises UsageError where there is none."""
        core = self._core
        current = core.world.find(message.channel, message.ts)
        if current is None:
            raise UsageError("That message is not there any more.")
        element = envelopes.find_element(current.blocks, wanted, block_id)
        if element is None:
            raise UsageError(f"The message has nothing to press that is called {wanted!r}.")
        person = self.person(user or current.only_for or next(iter(core.world.people)))
        if current.only_for not in ("", person.id):
            raise UsageError(f"{person.real_name} does not see that message.")
        hook = self._hooks.give(current.channel, person.id, source=current)
        hook.sent = envelopes.block_action(
            core,
            person,
            current,
            message_json(core, current, metadata=True) | {"blocks": list(current.blocks)},
            envelopes.pressed(element, choice),
            self._hooks.url(hook),
        )
        hook.ack = await self._outgoing.interaction(hook.sent)
        return Asked(ack=hook.ack, hook=hook)

    async def say(self, text: str, *, user: str, channel: str, thread_ts: str = "") -> Posted:
        """A person's message; the bot hears it where it is spoken to: by mention or in a direct message."""
        world = self._core.world
        person, where = self.person(user), self.writable(channel, user)
        if not text.strip() or len(text) > MAX_TYPED:
            raise UsageError(f"A message has 1 to {MAX_TYPED} characters.")
        parent = world.find(where.id, thread_ts) if thread_ts else None
        if thread_ts and (parent is None or not parent.is_lasting):
            raise UsageError("That thread is not there any more.")
        members = [*world.people.values(), world.bot]
        written = with_mentions(as_slack_sends(text), members, world.conversations.values())
        message = world.add(
            Posted(channel=where.id, ts=world.next_ts(), user=person.id, text=written, thread_ts=thread_ts)
        )
        await self._let_bot_hear(message, where)
        return message

    async def _let_bot_hear(self, message: Posted, where: Conversation) -> None:
        bot = self._core.world.bot.id
        if bot not in where.members:
            return
        event = envelopes.message_event(message, where)
        if where.kind is Kind.DIRECT:
            await self.event(event)
        elif f"<@{bot}>" in message.text:
            mention = {key: value for key, value in event.items() if key != "channel_type"}
            await self.event(mention | {"type": "app_mention"})

    async def event(self, event: Json, *, event_id: str = "", retry: int = 0, reason: str = "") -> Ack:
        """Send an event in its envelope; `retry` above 0 makes it a repetition."""
        envelope = envelopes.event_callback(self._core, event, event_id=event_id)
        return await self._outgoing.event(envelope, retry=retry, reason=reason)

    async def open_app(self, user: str, tab: str) -> None:
        """A person looks at the app: `tab` is home or messages."""
        person = self.person(user)
        event: Json = {
            "type": "app_home_opened",
            "user": person.id,
            "channel": self._core.world.direct(person.id).id,
            "tab": tab,
            "event_ts": self._core.world.next_ts(),
        }
        if tab == "home" and (view := self._core.world.homes.get(person.id)):
            event["view"] = view
        await self.event(event)

    async def press_in_view(self, user: str, view_id: str, values: Json, pressed: Json) -> Ack:
        """Press something in a home or a dialog."""
        view = self._view(user, view_id)
        element = envelopes.find_element(tuple(view["blocks"]), str(pressed.get("action_id", "")))
        if element is None:
            raise UsageError("There is no such button there.")
        action = envelopes.pressed(element, str(pressed.get("choice", "")))
        payload = envelopes.view_action(self._core, self.person(user), view, values, action)
        return await self._outgoing.interaction(payload)

    def _view(self, user: str, view_id: str) -> Json:
        world = self._core.world
        views = [*world.dialogs.get(user, ()), *([world.homes[user]] if user in world.homes else ())]
        found: Json | None = next((view for view in views if view["id"] == view_id), None)
        if found is None:
            raise UsageError("That dialog is not open any more.")
        return found

    async def submit(self, user: str, view_id: str, values: Json) -> dict[str, Any]:
        """Send a dialog: `{"errors": {block_id: text}}` to show, or `{}` where it is closed or replaced."""
        world, view = self._core.world, self._view(user, view_id)
        payload = envelopes.view_end(self._core, self.person(user), view, values, submitted=True)
        ack = await self._outgoing.interaction(payload)
        if not ack.ok:
            return {"errors": {"": f"The app did not answer: {ack.error}"}}
        body = ack.json()
        answer: Json = body if isinstance(body, dict) else {}
        action = answer.get("response_action")
        if action == "errors":
            return {"errors": answer.get("errors") or {}}
        stack = [one for one in world.dialogs.get(user, []) if one["id"] != view_id]
        if action == "clear":
            stack = []
        elif action in ("update", "push") and isinstance(answer.get("view"), dict):
            below = stack if action == "update" else world.dialogs.get(user, [])
            stack = [*below, {**view, **answer["view"]}]
        world.show_dialogs(user, stack)
        return {}

    async def dismiss(self, user: str, view_id: str) -> None:
        """Close a dialog; the app hears of it where it asked to."""
        view = self._view(user, view_id)
        stack = [one for one in self._core.world.dialogs.get(user, []) if one["id"] != view_id]
        self._core.world.show_dialogs(user, stack)
        if view.get("notify_on_close"):
            payload = envelopes.view_end(self._core, self.person(user), view, {}, submitted=False)
            await self._outgoing.interaction(payload)

    def tell(self, channel: str, user: str, text: str, *, via: str = "") -> Posted:
        """The workspace's own word to one person."""
        world = self._core.world
        note = Posted(channel=channel, ts=world.next_ts(), user="", text=text, only_for=user, via=via)
        return world.add(note)


def _failure(command: str, error: str) -> str:
    """What the workspace says when the bot did not take a command; `error` is Slack's word for it."""
    reasons = {
        "operation_timeout": f"The app did not acknowledge it within {PATIENCE:g} seconds.",
        "dispatch_failed": "The app could not be reached; it may still be starting. Try again in a moment.",
    }
    code = error.partition(":")[0]
    return f"{command} failed with the error “{error}”. {reasons.get(code, '')}".strip()
