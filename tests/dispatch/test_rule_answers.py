"""What people read after they typed or pressed something about their alert rule (both databases)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.domain.answers import Visitor
from bot.domain.delivery import State
from bot.domain.message import Message
from bot.slack.owed_reading import rule_in
from tests.dispatch.desk import ADA, PERSON, Desk, hot


def buttons(message: Message) -> dict[str, str]:
    """The value of each button by its label."""

    def found() -> Iterator[tuple[str, str]]:
        for block in message.blocks:
            for element in block.get("elements", []):
                if element.get("type") == "button":
                    yield element["text"]["text"], str(element.get("value", ""))

    return dict(found())


def words(message: Message) -> str:
    return str(message.payload())


async def test_offered_rule_is_taken_with_its_threshold_and_no_word_beside(desk: Desk) -> None:
    await desk.put(*(hot(f"story{number}", 50 + number) for number in range(8)))
    await desk.turn()
    offered = buttons(await desk.alerts("on from:story1.example max:2"))
    (value,) = [value for label, value in offered.items() if label.startswith("Hot")]
    request, _ = rule_in(value, desk.owed.editor._search, ZoneInfo("UTC"))
    assert request.filters == "heat:hot from:story1.example"
    assert request.limits.most == 2


async def test_rule_that_is_off_shows_undo_and_nothing_that_would_change_it(desk: Desk) -> None:
    await desk.alerts("on heat:>100")
    answer = await desk.alerts("off")
    assert list(buttons(answer)) == ["Undo"]
    assert "Alerts are off" in words(answer)


@pytest.mark.parametrize("order", ["pause", "resume"])
async def test_every_answer_with_the_rule_counts_what_it_would_have_sent(desk: Desk, order: str) -> None:
    await desk.put(hot("a"))
    await desk.turn()
    await desk.alerts("on heat:>100")
    assert "would have sent 1 alert" in words(await desk.alerts(order))


async def test_muting_a_hidden_brief_does_not_quote_its_title(desk: Desk) -> None:
    secret = hot("secret", title="Nobody may read this any more")
    await desk.alerts("on heat:>100")
    await desk.put(secret)
    await desk.turn()
    (alert,) = await desk.deliver()
    await desk.put(replace(secret, published=False))
    await desk.turn()
    answer = await desk.owed.owing.mute_story(ADA, alert.owed.full[0])
    assert "no longer listed" in words(answer)
    for later in (answer, await desk.alerts("")):
        assert "Nobody may read" not in words(later)


async def test_story_that_is_hidden_after_it_was_muted_loses_its_title_in_the_list(desk: Desk) -> None:
    secret = hot("secret", title="Nobody may read this any more")
    await desk.alerts("on heat:>100")
    await desk.put(secret)
    await desk.turn()
    (alert,) = await desk.deliver()
    assert "Nobody may read" in words(await desk.owed.owing.mute_story(ADA, alert.owed.full[0]))
    await desk.put(replace(secret, deleted=True))
    await desk.turn()
    assert "Nobody may read" not in words(await desk.alerts(""))
    assert "Nobody may read" not in words(await desk.owed.owing.unmute(ADA, f"story:{alert.owed.full[0]}"))


@pytest.mark.parametrize("visitor", [replace(ADA, team="T2"), replace(ADA, user="UBOB", is_admin=False)])
async def test_held_message_is_decided_by_nobody_of_another_workspace(desk: Desk, visitor: Visitor) -> None:
    held = await held_alert(desk)
    answer = await desk.owed.owing.release(visitor, held, send=True)
    assert "not waiting any more" in words(answer)
    (still,) = await desk.store.outbox.find(states=[State.HELD])
    assert still.id == held


async def test_held_message_is_decided_by_its_person(desk: Desk) -> None:
    held = await held_alert(desk)
    await desk.owed.owing.release(replace(ADA, is_admin=False), held, send=False)
    (dropped,) = await desk.store.outbox.find(states=[State.DROPPED], to=PERSON)
    assert dropped.id == held


async def held_alert(desk: Desk) -> str:
    await desk.alerts("on heat:>100")
    await desk.put(hot("held"))
    await desk.turn()
    (held,) = await desk.deliver(State.HELD, "missing_scope")
    return held.id
