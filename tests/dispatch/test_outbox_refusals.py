"""Slack's refusals against a real workspace: degraded, split, paused with one notice, or given up visibly."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.delivery import Kind, State
from bot.domain.message import Message
from bot.errors import RenderError
from bot.preview.faults import Fault, FaultKind
from bot.telemetry import DeliverySettled
from tests.dispatch.postoffice import NEWS, PERSON, PostOffice, id_of, office, owing, pictured, url

__all__ = ["office", "url"]

POST = "chat.postMessage"


def images(office: PostOffice) -> list[str]:
    [message] = office.posted()
    return [block["image_url"] for block in message.blocks if block["type"] == "image"]


async def test_image_that_slack_cannot_fetch_is_dropped_and_the_others_stay(office: PostOffice) -> None:
    office.workspace.faults = [Fault(kind=FaultKind.REFUSE_IMAGE, pattern="*/0.jpg", count=None)]
    office.says.messages["a"] = pictured(3)
    await office.owe(office.delivery("a"))

    [sent] = await office.settle("a")

    assert sent.state is State.SENT
    assert images(office) == ["https://pictures.example/1.jpg", "https://pictures.example/2.jpg"]


async def test_second_refused_image_takes_all_with_it_and_the_words_stay(office: PostOffice) -> None:
    office.workspace.faults = [
        Fault(kind=FaultKind.REFUSE_IMAGE, pattern="*/0.jpg", count=None),
        Fault(kind=FaultKind.REFUSE_IMAGE, pattern="*/1.jpg", count=None, skip=1),
    ]
    office.says.messages["a"] = pictured(4)
    await office.owe(office.delivery("a"))

    [sent] = await office.settle("a")

    [message] = office.posted()
    assert [block["type"] for block in message.blocks] == ["section"]
    assert (sent.owed.degraded, office.calls(POST)) == (1, 3)


async def test_blocks_that_slack_refuses_go_as_plain_text_under_the_same_id(office: PostOffice) -> None:
    office.says.messages["a"] = Message(text="the headline", blocks=({"type": "no such block"},))
    await office.owe(office.delivery("a"))

    [sent] = await office.settle("a")

    [message] = office.posted()
    assert (sent.state, sent.owed.degraded) == (State.SENT, 2)
    assert (message.text, message.blocks) == ("the headline", ())


async def test_simpler_form_is_remembered_where_its_own_answer_was_lost(office: PostOffice) -> None:
    office.says.messages["a"] = Message(text="the headline", blocks=({"type": "no such block"},))
    office.workspace.faults.add(FaultKind.DROP_BEFORE, POST, skip=1)
    await office.owe(office.delivery("a"))

    await office.settle("a")

    calls = office.workspace.calls.of(POST)
    assert [("blocks" in call.body) for call in calls] == [True, False, False]
    assert office.ids() == ["a"]


@pytest.mark.parametrize("code", ["msg_blocks_too_long", "msg_too_long"])
async def test_message_too_long_is_halved_and_the_second_half_follows_as_a_reply(
    office: PostOffice, code: str
) -> None:
    office.workspace.faults.add(FaultKind.ERROR, POST, error=code)
    await office.owe(office.delivery("a", kind=Kind.DIGEST, owed=owing(1, 2, 3)))

    async with office.at_work():
        await office.until_settled("a")
        [first, second] = await office.everything()
        await office.until_settled(second.id)

    [head, tail] = office.posted()
    assert (first.owed.briefs, second.owed.briefs) == ((1, 2), (3,))
    assert (second.kind, second.parent) == (Kind.PART, "a")
    assert tail.thread_ts == head.ts
    assert [id_of(message) for message in office.posted()] == ["a", second.id]


async def test_half_that_is_still_too_long_is_halved_again(office: PostOffice) -> None:
    office.workspace.faults.add(FaultKind.ERROR, POST, error="msg_blocks_too_long", count=2)
    await office.owe(office.delivery("a", kind=Kind.DIGEST, owed=owing(1, 2, 3, 4)))

    async with office.at_work():
        await office.until_settled("a")
        everything = await office.everything()
        await office.until_settled(*(one.id for one in everything))

    assert sorted(one.owed.briefs for one in everything) == [(1,), (2,), (3, 4)]
    assert len(office.posted()) == 3


async def test_long_message_of_one_brief_goes_as_plain_text(office: PostOffice) -> None:
    office.workspace.faults.add(FaultKind.ERROR, POST, error="msg_blocks_too_long")
    office.says.messages["a"] = pictured()
    await office.owe(office.delivery("a", owed=owing(1)))

    await office.settle("a")

    [message] = office.posted()
    assert (message.text, message.blocks) == ("the headline", ())
    assert len(await office.everything()) == 1


async def test_channel_without_the_bot_pauses_its_digests_and_tells_the_owner_once(
    office: PostOffice,
) -> None:
    digest = await office.subscribe()
    office.leave("C0NEWS")
    both = [office.delivery(name, kind=Kind.DIGEST, subscription=digest.id) for name in ("a", "b")]
    await office.owe(*both)

    async with office.at_work():
        failed = await office.until_settled("a", "b")
        [notice] = [one for one in await office.everything() if one.kind is Kind.NOTICE]
        await office.until_settled(notice.id)

    [paused] = await office.store.subscriptions.digests(NEWS)
    assert [(one.state, one.reason) for one in failed] == [(State.FAILED, "not_in_channel")] * 2
    assert (paused.paused, paused.next_at) == ("not_in_channel", None)
    [message] = office.posted()
    assert message.channel == office.workspace.world.direct("U0SAMRIVERA").id
    assert "I am not in <#C0NEWS> any more." in message.text
    assert "“/invite @newsbrief” there, then type “/news digest resume”" in message.text
    assert DeliverySettled(kind="digest", state="failed") in office.heard


async def test_notice_is_owed_although_the_process_died_right_after_the_pause(office: PostOffice) -> None:
    await office.subscribe()
    await office.owe(office.delivery("a", kind=Kind.DIGEST))
    assert await office.store.outbox.claim(1, "a process that dies", timedelta(seconds=0.2))
    assert await office.store.subscriptions.pause_all(NEWS, "is_archived") == ["U0SAMRIVERA"]
    office.workspace.faults.add(FaultKind.ERROR, POST, error="is_archived")

    await office.settle("a")

    notices = [one for one in await office.everything() if one.kind is Kind.NOTICE]
    assert [one.to.user for one in notices] == ["U0SAMRIVERA"]


async def test_notice_that_is_refused_calls_for_no_other(office: PostOffice) -> None:
    await office.subscribe()
    office.workspace.faults = [Fault(kind=FaultKind.ERROR, method=POST, error="token_revoked", count=None)]
    await office.owe(office.delivery("a", kind=Kind.DIGEST))

    async with office.at_work():
        await office.until_settled("a")
        everything = await office.everything()
        await office.until_settled(*(one.id for one in everything))

    assert [one.kind for one in await office.everything()] == [Kind.DIGEST, Kind.NOTICE]


async def test_person_who_is_gone_has_nobody_to_tell(office: PostOffice) -> None:
    office.workspace.faults = [Fault(kind=FaultKind.ERROR, method=POST, error="user_disabled", count=None)]
    await office.owe(office.delivery("a", PERSON))

    [failed] = await office.settle("a")

    assert (failed.state, failed.reason) == (State.FAILED, "user_disabled")
    assert len(await office.everything()) == 1


@pytest.mark.parametrize("code", ["metadata_too_large", "a_code_of_the_future", "thread_not_found"])
async def test_refusal_without_a_remedy_is_given_up_and_says_why(office: PostOffice, code: str) -> None:
    office.workspace.faults.add(FaultKind.ERROR, POST, error=code)
    await office.owe(office.delivery("a"), office.delivery("reply", parent="a", kind=Kind.THREAD))

    [failed, reply] = await office.settle("a", "reply")

    assert (failed.state, failed.reason, reply.state) == (State.FAILED, code, State.DROPPED)
    assert office.calls(POST) == 1


async def test_message_that_cannot_be_rendered_is_given_up(office: PostOffice) -> None:
    office.says.errors["a"] = RenderError("The template alert.json.j2 is broken.")
    await office.owe(office.delivery("a"))

    [failed] = await office.settle("a")

    assert (failed.state, failed.reason) == (State.FAILED, "render")


async def test_workspaces_own_limit_is_waited_out_without_asking_history(office: PostOffice) -> None:
    office.workspace.faults.add(FaultKind.ERROR, POST, error="message_limit_exceeded")
    await office.owe(office.delivery("a"))

    async with office.at_work():
        [waiting] = await office.until(lambda found: bool(found.reason), "a")

    assert (waiting.state, waiting.reason) == (State.PENDING, "message_limit_exceeded")
    assert await office.store.outbox.seconds_until_due() == pytest.approx(60, abs=3)
