"""Briefs and problems survive being kept exactly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.brief import Article, Brief, Image, Provider
from bot.domain.problem import Problem, Severity
from bot.store import codec
from bot.store.codec import (
    brief_from_document,
    brief_to_document,
    problems_from_json,
    problems_to_json,
)

TEXT = st.text(max_size=20) | st.sampled_from(["\ud800", "\0", "é", "\U0001f600", '"', "\\", ""])
NUMBER = st.none() | st.integers() | st.just(10**40)
TIME = st.none() | st.datetimes(
    min_value=datetime(1, 1, 2),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(9999, 12, 30),  # noqa: DTZ001 - likewise
    timezones=st.just(UTC),
)
IMAGE = st.builds(
    Image, url=TEXT, width=NUMBER, height=NUMBER, title=st.none() | TEXT, is_cached=st.none() | st.booleans()
)
IMAGES = st.lists(IMAGE, max_size=2).map(tuple)
FIELDS = {
    "title": TEXT,
    "excerpt": TEXT,
    "category": TEXT,
    "published_at": TIME,
    "updated_at": TIME,
    "original_url": TEXT,
    "web_url": TEXT,
    "amp_web_url": TEXT,
    "cdn_amp_web_url": TEXT,
    "type": TEXT,
    "quality": NUMBER,
    "heat": NUMBER,
    "published": st.booleans(),
    "removed": st.booleans(),
    "deleted": st.booleans(),
    "featured_content": TEXT,
    "locale": TEXT,
    "provider": st.builds(Provider, name=TEXT, domain=TEXT, images=IMAGES),
    "topics": st.lists(TEXT, max_size=3).map(tuple),
    "images": IMAGES,
}
ARTICLES = st.recursive(
    st.builds(Article, **FIELDS),
    lambda inner: st.builds(Article, **FIELDS, related=st.lists(inner, max_size=2).map(tuple)),
    max_leaves=3,
)
BRIEFS = st.builds(Brief, slug=TEXT, **FIELDS, related=st.lists(ARTICLES, max_size=2).map(tuple))
PROBLEMS = st.builds(
    Problem,
    path=TEXT,
    line=st.integers(1),
    column=st.integers(1),
    severity=st.sampled_from(Severity),
    field=TEXT,
    message=TEXT,
    hint=TEXT,
)


def test_the_strategies_know_every_field() -> None:
    assert set(FIELDS) | {"related", "slug"} == set(Brief.__dataclass_fields__)


@settings(max_examples=150, deadline=None)
@given(BRIEFS)
def test_a_brief_survives_being_kept(brief: Brief) -> None:
    assert brief_from_document(brief_to_document(brief)) == brief


def test_what_is_kept_begins_with_its_kind_and_is_small() -> None:
    brief = Brief(slug="a" * 50, title="A title", web_url="https://www.news.example/2021/02/04/a-title")
    assert brief_to_document(brief)[:1] == b"\x02"
    assert len(brief_to_document(brief)) < 80


def test_every_field_is_kept() -> None:
    assert sorted(codec._BRIEF) == sorted(Brief.__dataclass_fields__)
    assert sorted(codec._PROVIDER) == sorted(Provider.__dataclass_fields__)
    assert sorted(codec._IMAGE) == sorted(Image.__dataclass_fields__)


@pytest.mark.parametrize("kept", [str, str.encode])
def test_a_brief_of_an_earlier_release_is_read(kept: Callable[[str], str | bytes]) -> None:
    found = brief_from_document(kept('{"title":"M\\u00fcller","web_url":"https://a.example/","slug":"a"}'))
    assert found == Brief(title="Müller", web_url="https://a.example/", slug="a")


@settings(max_examples=50, deadline=None)
@given(st.lists(PROBLEMS, max_size=3).map(tuple))
def test_problems_survive_json(problems: tuple[Problem, ...]) -> None:
    assert problems_from_json(problems_to_json(problems)) == problems
