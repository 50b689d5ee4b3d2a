"""`/news why` alone: why today brought what it brought, for each digest here and the asker's alerts."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.message import Message
from tests.dispatch.desk import ADA, Desk, hot


async def today(desk: Desk) -> str:
    return shown(await desk.owed.owing.why(ADA, ""))


def shown(message: Message) -> str:
    return str(message.payload())


async def test_what_waits_for_the_next_digest_is_not_called_sent(desk: Desk) -> None:
    await desk.digest("daily 13:00 UTC")
    await desk.put(hot("a"), hot("b"))
    await desk.turn()
    words = await today(desk)
    assert "2 seen, 2 for the next digest, 0 sent" in words
    assert "The next run is Fri 05 Feb, 13:00" in words


async def test_what_todays_digest_sent_is_told_apart_from_what_was_sent_before(desk: Desk) -> None:
    await desk.digest("daily 13:00 UTC")
    await desk.put(hot("a"), hot("b"))
    await desk.turn()
    desk.later(hours=1, minutes=1)
    await desk.turn()
    await desk.deliver()
    assert "2 seen, 2 sent" in await today(desk)
    desk.later(days=1)
    await desk.turn()
    words = await today(desk)
    assert "2 seen, 2 sent before, 0 sent" in words
    assert "Today's run of 13:00 found nothing new" in words


async def test_every_digest_here_and_the_askers_alerts_are_told(desk: Desk) -> None:
    await desk.put(hot("a", topics=("AI",)))
    await desk.turn()
    await desk.digest("daily 13:00 UTC")
    await desk.digest("daily 14:00 UTC topic:AI")
    desk.later(minutes=1)
    await desk.alerts("on heat:>100")
    desk.later(minutes=1)
    await desk.put(hot("b"), hot("c", 20))
    await desk.turn()
    words = await today(desk)
    assert all(name in words for name in ("Digest 1", "Digest 2", "Your alerts"))
    assert "3 seen, 1 filtered, 1 from before your rule, 1 sent" in words


async def test_nothing_subscribed_is_said(desk: Desk) -> None:
    assert "Nothing is subscribed here" in await today(desk)


async def test_answer_speaks_of_the_place_and_not_of_its_id(desk: Desk) -> None:
    await desk.put(hot("a"))
    await desk.turn()
    here = shown(await desk.owed.owing.why(ADA, "", "a"))
    assert "this channel" in here
    assert "Looked at for you" in shown(await desk.owed.owing.why(replace(ADA, channel="D1"), "", "a"))
