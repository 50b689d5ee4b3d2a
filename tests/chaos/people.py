"""People in several workspaces who subscribe by signed commands alone, as Slack sends them."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp

from tests.chaos.log import LogReader

SECRET = "the-signing-secret-of-the-proof"
WORKSPACES = 4
AT_ONCE = 8
ANSWER_SECONDS = 30.0
"""The longest wait for an answer while everything is well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who types commands, in a channel of their workspace."""

    number: int

    @property
    def team(self) -> str:
        """The workspace."""
        return f"T{self.number % WORKSPACES}CHAOS"

    @property
    def user(self) -> str:
        """The person's id."""
        return f"U{self.number % WORKSPACES}P{self.number:05d}"

    @property
    def direct(self) -> str:
        """The direct message of the bot with this person, as the sink numbers it."""
        return f"D{self.user[1:]}"

    @property
    def channel(self) -> str:
        """A channel of this person's own."""
        return f"C{self.number % WORKSPACES}K{self.number:05d}"


class Crowd:
    """Sends commands to the bot; their answers are found in the sink's log."""

    def __init__(self, api_url: str, log: LogReader) -> None:
        self._responses = api_url.removesuffix("api/") + "response/"
        self._log = log
        self._numbers = 0

    async def say(self, bot: str, commands: Sequence[tuple[Person, str]]) -> dict[str, str]:
        """Everybody types one command; the first line of each answer by person's id.

        Raises AssertionError where a command is not acknowledged, TimeoutError where one is not answered.
        """
        gate = asyncio.Semaphore(AT_ONCE)
        async with aiohttp.ClientSession() as session:

            async def one(person: Person, text: str) -> tuple[str, str]:
                async with gate:
                    return person.user, await self._say(session, bot, person, text)

            return dict(await asyncio.gather(*(one(person, text) for person, text in commands)))

    async def _say(self, session: aiohttp.ClientSession, bot: str, person: Person, text: str) -> str:
        self._numbers += 1
        token = f"answer-{self._numbers}-{person.user}"
        body = urlencode(_command(person, text, token, self._responses + token)).encode()
        async with session.post(f"{bot}/slack/events", data=body, headers=_signed(body)) as answer:
            assert answer.status == 200, f"{text!r} was answered with {answer.status}"
        return await asyncio.wait_for(self._answer(token), ANSWER_SECONDS)

    async def _answer(self, token: str) -> str:
        while True:
            self._log.read()
            for event in reversed(self._log.events):
                if event.channel == token and event.accepted:
                    return event.text
            await asyncio.sleep(0.02)


def _command(person: Person, text: str, token: str, response_url: str) -> dict[str, str]:
    return {
        "command": "/news",
        "text": text,
        "team_id": person.team,
        "team_domain": person.team.lower(),
        "user_id": person.user,
        "user_name": person.user.lower(),
        "channel_id": person.channel,
        "channel_name": person.channel.lower(),
        "response_url": response_url,
        "trigger_id": f"{time.time()}.{token}",
        "api_app_id": "A0CHAOS",
    }


def _signed(body: bytes) -> dict[str, str]:
    """Slack's two headers, and the form's type."""
    stamp = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), b"v0:%s:%s" % (stamp.encode(), body), hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest}",
    }
