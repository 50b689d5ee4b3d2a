"""From what somebody typed to the answer on its way: the same for a command, a message and a mention."""

from __future__ import annotations

from bot.domain.message import Message
from bot.slack.answers import Answers
from bot.slack.commands import OWED
from bot.slack.desk import Desk, Send
from bot.slack.outlet import Asker
from bot.slack.owed_answers import OwedAnswers
from bot.slack.zones import Zones


class Asking:
    """Answers typed text; `owed` what is typed of digests and alerts."""

    def __init__(self, answers: Answers, desk: Desk, zones: Zones, owed: OwedAnswers | None = None) -> None:
        self._answers = answers
        self._desk = desk
        self._zones = zones
        self._owed = owed

    async def answer(self, asker: Asker, text: str, *, send: Send | None = None) -> None:
        """Answer `text`, already without Slack's markup; without `send` to the asker alone."""
        asked = self._answers.read(text)

        async def make() -> Message:
            if self._owed is not None and asked.verb in OWED:
                return await self._owed.to_command(asked, asker)
            zone = await self._zones.zone_for(asker, asked.query)
            return await self._answers.to_command(asked, zone, asker)

        await self._desk.answer(asked.verb, asker, make, send=send)
