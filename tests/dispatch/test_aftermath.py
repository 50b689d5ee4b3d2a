"""What people read of a digest that did not arrive and of briefs that wait for them (both databases)."""

from __future__ import annotations

from bot.domain.delivery import State
from tests.dispatch.desk import ADA, Desk, hot


async def status(desk: Desk) -> str:
    return " ".join((await desk.owed.owing.status(ADA)).sentences)


async def page(desk: Desk) -> str:
    return str((await desk.digest("")).payload())


async def run_at(desk: Desk, state: State, reason: str = "") -> None:
    desk.later(days=1)
    await desk.turn()
    await desk.deliver(state, reason)


async def test_digest_that_was_given_up_is_not_called_sent_until_one_arrives(desk: Desk) -> None:
    await desk.digest("daily 12:00 UTC")
    await desk.put(hot("a", ago=-20))
    await run_at(desk, State.FAILED, "metadata_too_large")
    for told in (await page(desk), await status(desk)):
        assert "could not be sent: metadata_too_large" in told
        assert "sent at" not in told
        assert ", sent" not in told
    await run_at(desk, State.SENT)
    for told in (await page(desk), await status(desk)):
        assert "metadata_too_large" not in told
    assert "sent at 12:00" in await page(desk)


async def test_digest_that_may_have_arrived_says_so(desk: Desk) -> None:
    await desk.digest("daily 12:00 UTC")
    await desk.put(hot("a", ago=-20))
    await run_at(desk, State.HELD, "missing_scope")
    assert "may or may not have arrived: missing_scope" in await page(desk)


async def test_failure_of_one_digest_is_not_told_of_another(desk: Desk) -> None:
    await desk.digest("daily 12:00 UTC")
    await desk.put(hot("a", ago=-20, topics=("AI",)))
    await run_at(desk, State.FAILED, "metadata_too_large")
    await desk.digest("daily 13:00 UTC topic:AI")
    assert (await status(desk)).count("metadata_too_large") == 1


async def test_what_holds_alerts_back_is_told_in_words(desk: Desk) -> None:
    await desk.alerts("on heat:>100 gap:0 max:1")
    await desk.put(hot("one", 200), hot("two", 190))
    await desk.turn()
    assert "1 brief is held for you by the most messages of a day" in await status(desk)
    assert "Held for you: 1 brief (the most messages of a day" in str((await desk.alerts("")).payload())


async def test_order_without_a_number_asks_which_digest_in_a_sentence(desk: Desk) -> None:
    await desk.digest("daily 13:00 UTC")
    await desk.digest("daily 14:00 UTC heat:>100")
    assert "Which one shall I send now?" in str((await desk.digest("now")).payload())
    assert "Which one shall I turn off?" in str((await desk.digest("off")).payload())
