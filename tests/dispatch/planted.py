"""The planted cases of `why`: each leaves a store in which one brief has one reason for one destination."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.brief import Brief
from bot.domain.delivery import State
from bot.domain.subscription import Destination
from tests.dispatch.desk import ADA, CHANNEL, PERSON, Desk, hot

SLUG = "planted"
TITLE = "Zeppelins return to the harbour of Rotterdam"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """How to plant it, the reason's code and what its sentence holds.

    `asked` is what is typed behind `/news why`: words of the title, a link for what no search finds.
    """

    plant: Callable[[Desk], Awaitable[None]]
    reason: str
    says: str
    to: Destination = PERSON
    asked: str = "zeppelins rotterdam"


def planted(heat: int = 150, **fields: Any) -> Brief:
    return hot(SLUG, heat, title=TITLE, **fields)


async def hidden(desk: Desk) -> None:
    await desk.alerts("on heat:>100")
    await desk.put(replace(planted(), published=False))
    await desk.turn()


async def not_due(desk: Desk) -> None:
    await desk.alerts("on heat:>100")
    await desk.put(planted(ago=-24))
    await desk.turn()


async def before(desk: Desk) -> None:
    await desk.put(planted())
    await desk.turn()
    desk.later(minutes=1)
    await desk.alerts("on heat:>100")
    await desk.turn()


async def filtered(desk: Desk) -> None:
    await desk.put(hot("known", topics=("AI",)))
    await desk.alerts("on heat:>100 topic:AI")
    await desk.put(planted(topics=("Cooking",)))
    await desk.turn()


async def too_old(desk: Desk) -> None:
    await desk.alerts("on heat:>100")
    await desk.put(planted(ago=24 * 9))
    await desk.turn()


async def same_story(desk: Desk) -> None:
    await desk.alerts("on heat:>100 gap:0")
    await desk.put(hot("first", 200, title=TITLE))
    await desk.turn()
    await desk.deliver()
    await desk.put(planted())
    await desk.turn()


async def quiet(desk: Desk) -> None:
    await desk.alerts("on heat:>100 quiet:11:00-13:00")
    await desk.put(planted())
    await desk.turn()


async def gap(desk: Desk) -> None:
    await desk.alerts("on heat:>100 gap:10m")
    await desk.put(hot("one"))
    await desk.turn()
    await desk.deliver()
    desk.later(minutes=2)
    await desk.put(planted())
    await desk.turn()


async def most(desk: Desk) -> None:
    await desk.alerts("on heat:>100 gap:0 max:1")
    await desk.put(hot("one", 200), planted(190))
    await desk.turn()


async def sent(desk: Desk) -> None:
    await desk.alerts("on heat:>100")
    await desk.put(planted())
    await desk.turn()
    await desk.deliver()


async def on_its_way(desk: Desk) -> None:
    await desk.alerts("on heat:>100")
    await desk.put(planted())
    await desk.turn()


async def uncertain(desk: Desk) -> None:
    await on_its_way(desk)
    await desk.deliver(State.HELD, "missing_scope")


async def failed(desk: Desk) -> None:
    await on_its_way(desk)
    await desk.deliver(State.FAILED, "metadata_too_large")


async def expired(desk: Desk) -> None:
    await desk.alerts("on heat:>100 quiet:00:00-23:59")
    await desk.put(planted())
    await desk.turn()
    desk.later(hours=37)
    await desk.turn()


async def muted(desk: Desk) -> None:
    await desk.alerts("on heat:>100")
    await desk.put(hot("known", topics=("Ships",)))
    await desk.turn()
    await desk.owed.owing.mute_topic(ADA, "Ships")
    await desk.put(planted(topics=("Ships",)))
    await desk.turn()


async def paused(desk: Desk) -> None:
    await desk.alerts("on heat:>100")
    await desk.alerts("pause")
    await desk.put(planted())
    await desk.turn()


async def next_digest(desk: Desk) -> None:
    await desk.digest("daily 13:00 UTC")
    await desk.put(planted())
    await desk.turn()


async def digest_sent(desk: Desk) -> None:
    await next_digest(desk)
    desk.later(hours=1, minutes=1)
    await desk.turn()
    await desk.deliver()


async def ended_digest_sent(desk: Desk) -> None:
    await digest_sent(desk)
    await desk.digest("off")


async def nothing_subscribed(desk: Desk) -> None:
    await desk.put(planted())
    await desk.turn()


async def never_looked_at(desk: Desk) -> None:
    await desk.put(planted())


async def not_looked_at_yet(desk: Desk) -> None:
    await desk.alerts("on heat:>100")
    await desk.put(planted())


LINK = f"https://news.example/{SLUG}?utm_source=mail"

CASES = {
    "hidden": Case(plant=hidden, reason="hidden", says="not published", asked=LINK),
    "not due": Case(plant=not_due, reason="not-due", says="kept back until", asked=LINK),
    "before": Case(plant=before, reason="before-subscription", says="before your rule was made"),
    "filtered": Case(plant=filtered, reason="filtered", says="topic:AI"),
    "too old": Case(plant=too_old, reason="too-old", says="too old"),
    "same story": Case(plant=same_story, reason="same-story", says="same story", asked=SLUG),
    "quiet hours": Case(plant=quiet, reason="held-quiet", says="quiet hours"),
    "gap": Case(plant=gap, reason="held-gap", says="pause between two alerts"),
    "max": Case(plant=most, reason="held-max", says="most messages"),
    "sent": Case(plant=sent, reason="sent", says="sent as an alert"),
    "on its way": Case(plant=on_its_way, reason="on-its-way", says="on its way"),
    "uncertain": Case(plant=uncertain, reason="uncertain", says="may have arrived"),
    "failed": Case(plant=failed, reason="failed", says="metadata_too_large"),
    "expired": Case(plant=expired, reason="expired", says="expired"),
    "muted": Case(plant=muted, reason="muted", says="the topic Ships"),
    "paused": Case(plant=paused, reason="paused", says="paused"),
    "next digest": Case(plant=next_digest, reason="next-digest", says="next digest", to=CHANNEL),
    "digest": Case(plant=digest_sent, reason="sent", says="part of a digest", to=CHANNEL),
    "ended digest": Case(plant=ended_digest_sent, reason="sent", says="part of a digest", to=CHANNEL),
    "nothing": Case(plant=nothing_subscribed, reason="no-subscription", says="Nothing is", to=CHANNEL),
    "only synced": Case(plant=never_looked_at, reason="no-subscription", says="No running bot", to=CHANNEL),
    "not yet": Case(plant=not_looked_at_yet, reason="just-appeared", says="No running bot"),
}
