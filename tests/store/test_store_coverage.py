from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.brief import Article, Brief
from bot.store import Store
from tests.store.making import NOON, HandClock, make_brief, put

LEAD_URL = "https://news.example/lead"


def article(slug: str, **fields: object) -> Article:
    return Article(title=slug, **{"web_url": f"https://www.news.example/{slug}/?utm_source=x", **fields})  # type: ignore[arg-type]  # a test's shorthand


async def related_of_lead(store: Store, *others: Brief, related: tuple[Article, ...]) -> list[str]:
    lead = make_brief("lead", related=related)
    await put(store, lead, *others)
    found = await store.index.brief("lead")
    by_address = await store.index.by_address(LEAD_URL)
    assert found
    assert found == by_address
    return [one.title for one in found.related]


@pytest.mark.parametrize("fields", [{"removed": True}, {"deleted": True}])
async def test_a_withdrawn_brief_leaves_the_coverage_of_others(store: Store, fields: dict[str, Any]) -> None:
    gone = make_brief("gone", **fields)
    assert await related_of_lead(store, gone, related=(article("gone"), article("other"))) == ["other"]


async def test_an_absorbed_brief_stays_coverage_of_its_lead(store: Store) -> None:
    absorbed = make_brief("absorbed", published=False, heat=-1)
    assert await related_of_lead(store, absorbed, related=(article("absorbed"),)) == ["absorbed"]


async def test_a_future_brief_becomes_coverage_when_its_time_comes(store: Store, clock: HandClock) -> None:
    soon = make_brief("soon", published_at=NOON + timedelta(hours=1))
    related = (article("soon"), article("dated", published_at=NOON + timedelta(hours=2)))
    assert await related_of_lead(store, soon, related=related) == []
    clock.moment = NOON + timedelta(hours=3)
    found = await store.index.brief("lead")
    assert found
    assert [one.title for one in found.related] == ["soon", "dated"]


async def test_heat_by_the_formula_does_not_change_with_what_is_shown(store: Store) -> None:
    lead = make_brief("lead", heat=None, quality=60, related=(article("gone"), article("other")))
    await put(store, lead, make_brief("gone", deleted=True))
    found = await store.index.brief("lead")
    assert found
    assert found.warmth == 100
