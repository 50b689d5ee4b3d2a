from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.brief import Article, Brief, Provider, is_visible
from bot.domain.directory import Directory, ProviderEntry, TopicEntry
from bot.domain.result import HeatScale

NOW = datetime(2021, 2, 5, 9, tzinfo=UTC)


def brief(**fields: object) -> Brief:
    return Brief(**{"slug": "a", "title": "A", "web_url": "https://a.example/", **fields})  # type: ignore[arg-type]  # a test's shorthand


def test_provider_is_found_by_domain_and_by_parent_domain() -> None:
    entry = ProviderEntry(domain="wsj.com", name="WSJ")
    directory = Directory(providers={"wsj.com": entry})
    assert directory.entry_of(Provider(domain="www.WSJ.com")) is entry
    assert directory.entry_of(Provider(domain="blogs.wsj.com")) is entry
    assert directory.entry_of(Provider(domain="notwsj.com")) is None
    assert directory.entry_of(Provider(name="WSJ")) is None


def test_topic_holds_everything_below_it_even_in_a_circle() -> None:
    topics = {
        "ai": TopicEntry(name="AI", parent="Vision"),
        "vision": TopicEntry(name="Vision", parent="ai"),
        "faces": TopicEntry(name="Faces", parent="Vision"),
    }
    assert Directory(topics=topics).children_of("AI") == {"ai", "vision", "faces"}
    assert Directory(topics=topics).children_of("Faces") == {"faces"}


@pytest.mark.parametrize("fields", [{"published": False}, {"removed": True}, {"deleted": True}])
def test_hidden_briefs_are_not_visible(fields: dict[str, bool]) -> None:
    assert not is_visible(brief(**fields), NOW)


def test_future_brief_is_visible_from_its_own_moment() -> None:
    soon = brief(published_at=NOW + timedelta(minutes=1))
    assert not is_visible(soon, NOW)
    assert is_visible(soon, NOW + timedelta(minutes=1))


def test_missing_heat_is_quality_and_twenty_for_each_related_article() -> None:
    related = (Article(title="B"), Article(title="C"))
    assert brief(quality=67, related=related).warmth == 107
    assert brief(related=related).warmth == 40
    assert brief(quality=67, related=related, heat=-1).warmth == -1


def test_heat_scale_counts_what_is_colder() -> None:
    scale = HeatScale(heats=(70, 80, 90, 100))
    assert [scale.share_below(heat) for heat in (70, 95, 200)] == [0, 0.75, 1]
    assert HeatScale().share_below(5) == 0
