"""Where a question becomes an answer that arrives, whatever goes wrong in between."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.domain.message import Message
from bot.errors import QueryError, Rejected, RenderError, SendError, StoreAway, Uncertain, UsageError
from bot.render import Renderer
from bot.slack.outlet import Asker, Outlet
from bot.slack.transport import is_final
from bot.telemetry import Answered, Hook, log_id, logger_for

log = logger_for("slack")

ANSWER_SECONDS = 20.0
"""How long search and rendering may take before the asker is told that it took too long."""

AT_ONCE = 32
"""How many answers are made at a time; more wait their turn, acknowledged. Sending waits for none of them."""

Send = Callable[[Asker, Message], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A message that goes its own way, such as to the whole channel."""

    message: Message
    send: Send


Made = Message | Reply | None
"""What is answered; None where the work itself showed the asker what came of it."""
Make = Callable[[], Awaitable[Made]]


class Desk:
    """Makes each answer, turns each error into a plain sentence, and sees the message off."""

    def __init__(self, renderer: Renderer, outlet: Outlet, hook: Hook) -> None:
        self._renderer = renderer
        self._outlet = outlet
        self._hook = hook
        self._places = asyncio.Semaphore(AT_ONCE)

    async def answer(self, verb: str, asker: Asker, make: Make, *, send: Send | None = None) -> None:
        """Make a message and send it; without `send`, and unless made a Reply, to the asker alone."""
        started = asyncio.get_running_loop().time()
        outcome, made = await self._make(verb, asker, make)
        match made:
            case None:
                sent = "nothing"
            case Reply():
                sent = await self._send(made.send, asker, made.message)
            case _:
                sent = await self._send(send or self._outlet.whisper, asker, made)
        seconds = asyncio.get_running_loop().time() - started
        self._hook(Answered(verb=verb, outcome=outcome, seconds=seconds))
        log.info("answered %s (%s, sent: %s) in %.0f ms %s", verb, outcome, sent, seconds * 1000, asker)

    async def _make(self, verb: str, asker: Asker, make: Make) -> tuple[str, Made]:
        try:
            async with self._places:
                return "ok", await asyncio.wait_for(make(), ANSWER_SECONDS)
        except QueryError as error:
            return "asker", self._sentence(error.message, error.hint, error.instead)
        except UsageError as error:
            return "asker", self._sentence(error.message, error.hint)
        except StoreAway:
            log.exception("the index is away; %s", asker)
            return "away", self._sentence(
                "I can't reach my index right now.", "Please try again in a minute."
            )
        except TimeoutError:
            log.warning("%s took longer than %.0f s %s", verb, ANSWER_SECONDS, asker)
            return "slow", self._sentence(
                "That took me too long, so I stopped.", "A shorter question may do, or try again in a minute."
            )
        except (
            Exception
        ):  # whatever broke, the asker gets a sentence and the log its stack under the same ref
            ref = secrets.token_hex(3)
            log.exception("%s failed (ref %s) %s", verb, ref, asker)
            return "broken", self._sentence(
                f"Something went wrong on my side (ref {ref}).", "Please try again; the log knows more."
            )

    def _sentence(self, sentence: str, hint: str, instead: str = "") -> Message:
        try:
            return self._renderer.error(sentence, hint, instead=instead)
        except RenderError:
            log.exception("the error message itself cannot be rendered")
            return Message(text="Something went wrong on my side. Please try again in a minute.")

    async def _send(self, send: Send, asker: Asker, message: Message) -> str:
        """Send, and put into one word how it went; an answer that cannot arrive is a line in the log."""
        try:
            await send(asker, message)
        except Rejected as error:
            if is_final(error):
                log.info("the place to answer at is gone (%s) %s", log_id(error.code), asker)
            else:
                log.error("Slack refused an answer (%s) %s", log_id(error.code), asker)  # noqa: TRY400 -- known
            return "refused"
        except Uncertain as error:
            log.warning("an answer may not have arrived (%s) %s", log_id(error.code), asker)
            return "uncertain"
        except SendError as error:
            log.warning("an answer could not leave (%s) %s", log_id(error.code), asker)
            return "not now"
        return "yes"
