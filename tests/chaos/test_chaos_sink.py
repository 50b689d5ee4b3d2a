"""The sink that the proof rests on: it does what it says, and its log knows before the caller does."""

from __future__ import annotations

import asyncio
import itertools
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.chaos.faults import Fault, Faults, History
from tests.chaos.log import Event, LogReader

ROOT = Path(__file__).resolve().parents[2]
_numbers = itertools.count(100)
METADATA = {"event_type": "newsbrief_delivery", "event_payload": {"delivery_id": "one"}}
POST = {"channel": "C1", "text": "Quokkas\nhttps://paper.example/a", "metadata": METADATA}
LOOK = {"channel": "C1", "include_all_metadata": "true"}


class Slack:
    """A client of the running sink, and the reader of its log."""

    def __init__(self, session: aiohttp.ClientSession, api: str, log: Path) -> None:
        self._session = session
        self.api = api
        self._log = log

    async def call(
        self, method: str, fields: dict[str, Any], seconds: float = 5
    ) -> tuple[int, dict[str, Any]]:
        """The status and the answer; raises as aiohttp does. What reads takes a form, as Slack wants it."""
        is_read = method in ("conversations.history", "conversations.replies")
        async with self._session.post(
            self.api + method,
            data=fields if is_read else None,
            json=None if is_read else fields,
            timeout=aiohttp.ClientTimeout(total=seconds),
        ) as answer:
            return answer.status, {**await answer.json(), "after": answer.headers.get("Retry-After")}

    async def post(self, **more: Any) -> dict[str, Any]:
        """Post; the answer."""
        return (await self.call("chat.postMessage", POST | more))[1]

    async def always(
        self, method: str = "", fault: Fault | None = None, history: History = History.HONEST
    ) -> None:
        """From now on every call of a method meets this."""
        chances = {method: {fault: 1.0}} if fault else {}
        control = self.api.removesuffix("api/") + "_control"
        faults = Faults(chances=chances, history=history).to_json()
        async with self._session.post(control, json=faults) as answer:
            assert answer.status == 200

    def log(self) -> list[Event]:
        """Everything logged so far, read anew."""
        return LogReader(self._log).read()

    def messages(self) -> list[Event]:
        """What stands in the channels, by the log."""
        return [event for event in self.log() if event.is_message]


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The sink as `make chaos` runs it; its address and log."""
    log = tmp_path_factory.mktemp("sink") / "log"
    command = (sys.executable, "-m", "tests.chaos.sink", "--log", str(log))
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as sink:
        assert sink.stdout is not None
        yield sink.stdout.readline().strip(), log
        sink.terminate()


@pytest.fixture
async def slack(process: tuple[str, Path]) -> AsyncIterator[Slack]:
    api, log = process
    async with aiohttp.ClientSession() as session:
        client = Slack(session, api, log)
        await client.always()
        yield client


@pytest.fixture
def channel() -> str:
    """A channel of the test's own."""
    return f"C{next(_numbers)}"


def of(events: list[Event], channel: str) -> list[Event]:
    return [event for event in events if event.channel == channel]


async def test_a_message_is_logged_whole_when_its_answer_arrives(slack: Slack, channel: str) -> None:
    answer = await slack.post(channel=channel)
    (event,) = of(slack.messages(), channel)
    assert (event.ts, event.delivery, event.text) == (answer["ts"], "one", "Quokkas")
    assert event.urls == ("https://paper.example/a",)


@pytest.mark.parametrize("fault", [Fault.LIMITED, Fault.ERROR_BEFORE, Fault.DROP_BEFORE])
async def test_a_fault_before_takes_nothing(slack: Slack, channel: str, fault: Fault) -> None:
    await slack.always("chat.postMessage", fault)
    if fault is Fault.DROP_BEFORE:
        with pytest.raises(aiohttp.ClientError):
            await slack.post(channel=channel)
    else:
        status, answer = await slack.call("chat.postMessage", POST | {"channel": channel})
        assert (status, bool(answer["after"])) == ((429, True) if fault is Fault.LIMITED else (500, False))
    (event,) = of(slack.log(), channel)
    assert (event.fault, event.accepted, event.ts) == (fault, False, "")


@pytest.mark.parametrize("fault", [Fault.ERROR_AFTER, Fault.DROP_AFTER, Fault.HANG_AFTER])
async def test_a_fault_after_takes_the_message_and_does_not_say_so(
    slack: Slack, channel: str, fault: Fault
) -> None:
    await slack.always("chat.postMessage", fault)
    if fault is Fault.ERROR_AFTER:
        assert (await slack.call("chat.postMessage", POST | {"channel": channel}))[0] == 500
    else:
        with pytest.raises(TimeoutError if fault is Fault.HANG_AFTER else aiohttp.ClientError):
            await slack.call("chat.postMessage", POST | {"channel": channel}, 0.3)
    (event,) = of(slack.messages(), channel)
    await slack.always()
    _, found = await slack.call("conversations.history", LOOK | {"channel": channel})
    assert [message["ts"] for message in found["messages"]] == [event.ts]


async def test_a_slow_message_lands_though_its_sender_is_gone(slack: Slack, channel: str) -> None:
    await slack.always("chat.postMessage", Fault.SLOW)
    for _ in range(8):  # a short wait may be drawn, too
        with suppress(TimeoutError):
            await slack.call("chat.postMessage", POST | {"channel": channel}, 0.08)
    before = len(of(slack.messages(), channel))
    await asyncio.sleep(0.9)
    after = of(slack.messages(), channel)
    assert before < len(after) == 8
    assert max(event.done_at - event.came_at for event in after) > 0.1


async def test_history_tells_metadata_only_when_asked_and_no_replies(slack: Slack, channel: str) -> None:
    root = await slack.post(channel=channel)
    reply = await slack.post(channel=channel, thread_ts=root["ts"])
    _, plain = await slack.call("conversations.history", {"channel": channel})
    assert [message.get("metadata") for message in plain["messages"]] == [None]
    _, thread = await slack.call("conversations.replies", LOOK | {"channel": channel, "ts": root["ts"]})
    assert [(message["ts"], message["metadata"]) for message in thread["messages"]] == [
        (root["ts"], METADATA),
        (reply["ts"], METADATA),
    ]


async def test_history_pages_newest_first_within_its_bounds(slack: Slack, channel: str) -> None:
    sent = [(await slack.post(channel=channel))["ts"] for _ in range(4)]
    asked = LOOK | {"channel": channel, "oldest": sent[1], "latest": sent[3], "limit": "2"}
    _, exclusive = await slack.call("conversations.history", asked)
    assert [message["ts"] for message in exclusive["messages"]] == [sent[2]]
    asked["inclusive"] = "true"
    _, first = await slack.call("conversations.history", asked)
    cursor = first["response_metadata"]["next_cursor"]
    _, second = await slack.call("conversations.history", asked | {"cursor": cursor})
    assert [message["ts"] for message in first["messages"] + second["messages"]] == sent[:0:-1]
    assert (first["has_more"], second["has_more"]) == (True, False)


async def test_history_may_fail_be_refused_or_lie(slack: Slack, channel: str) -> None:
    await slack.post(channel=channel)
    asked = LOOK | {"channel": channel}
    await slack.always("conversations.history", Fault.LIMITED)
    assert (await slack.call("conversations.history", asked))[0] == 429
    await slack.always(history=History.REFUSED)
    assert (await slack.call("conversations.history", asked))[1]["error"] == "missing_scope"
    await slack.always(history=History.EMPTY)
    assert (await slack.call("conversations.history", asked))[1]["messages"] == []


async def test_a_person_is_reached_in_the_direct_message_with_them(slack: Slack) -> None:
    _, opened = await slack.call("conversations.open", {"users": "U9SINK"})
    assert opened["channel"]["id"] == (await slack.post(channel="U9SINK"))["channel"] == "D9SINK"
    assert (await slack.call("conversations.history", LOOK | {"channel": "U9SINK"}))[1]["error"]


async def test_a_reply_needs_its_thread(slack: Slack, channel: str) -> None:
    answer = await slack.post(channel=channel, thread_ts="1.000001")
    assert (answer["ok"], answer["error"]) == (False, "thread_not_found")
    assert [(event.accepted, event.error) for event in of(slack.log(), channel)] == [
        (False, "thread_not_found")
    ]


def test_what_a_call_meets_depends_on_its_seed_and_place_alone() -> None:
    faults = Faults(
        chances={"chat.postMessage": {Fault.LIMITED: 0.2, Fault.SLOW: 0.3, Fault.DROP_AFTER: 0.1}}
    )
    draws = [faults.draw(1, "chat.postMessage", "C1", number) for number in range(2000)]
    assert draws == [faults.draw(1, "chat.postMessage", "C1", number) for number in range(2000)]
    share = sum(draw.fault is Fault.LIMITED for draw in draws) / len(draws)
    assert share == pytest.approx(0.2, abs=0.04)
    assert {draw.fault for draw in draws} == {None, Fault.LIMITED, Fault.SLOW, Fault.DROP_AFTER}
    assert all(1 <= draw.retry_after <= 2 for draw in draws if draw.fault is Fault.LIMITED)
    assert max(draw.delay for draw in draws) <= 0.8


def test_chances_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="not between"):
        Faults.of_json({"chances": {"chat.postMessage": {"limited": 0.7, "slow": 0.4}}})


def test_the_sink_knows_nothing_of_the_bot() -> None:
    code = (
        "import sys, tests.chaos.sink; print([name for name in sys.modules if name.split('.')[0] == 'bot'])"
    )
    told = subprocess.run((sys.executable, "-c", code), cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
