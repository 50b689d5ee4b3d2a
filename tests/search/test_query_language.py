"""The query language of contract section 5."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from bot.domain.query import (
    DateFilter,
    Filter,
    HeatLevel,
    NameFilter,
    NameKind,
    NumberFilter,
    NumberKind,
    Query,
    Sort,
    TypeFilter,
)
from bot.errors import QueryError
from bot.search import is_filters_only, parse_query
from tests.search.making import NOW


def parse(text: str) -> Query:
    return parse_query(text, now=NOW, zone=UTC)


def only_filter(text: str) -> Filter:
    query = parse(text)
    assert not query.words
    assert len(query.filters) == 1
    return query.filters[0]


def refused(text: str) -> QueryError:
    with pytest.raises(QueryError) as caught:
        parse(text)
    return caught.value


def heat(low: int | None, high: int | None = None, *, excluded: bool = False) -> NumberFilter:
    return NumberFilter(kind=NumberKind.HEAT, low=low, high=high, excluded=excluded)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("heat:>100", heat(101)),
        ("heat:>=100", heat(100)),
        ("heat:100", heat(100)),
        ("heat:<100", heat(None, 99)),
        ("heat:<=100", heat(None, 100)),
        ("heat:60..90", heat(60, 90)),
        ("heat:-1..-1", heat(-1, -1)),
        ("heat:>-1", heat(0)),
        ("HEAT:>100", heat(101)),
        ("-heat:>100", heat(101, excluded=True)),
        ('heat:">100"', heat(101)),
        ("heat:hot", NumberFilter(kind=NumberKind.HEAT, level=HeatLevel.HOT)),
        ("Heat:TOP", NumberFilter(kind=NumberKind.HEAT, level=HeatLevel.TOP)),
        ("quality:60..90", NumberFilter(kind=NumberKind.QUALITY, low=60, high=90)),
        ("topic:AI", NameFilter(kind=NameKind.TOPIC, name="AI")),
        ("-topic:AI", NameFilter(kind=NameKind.TOPIC, name="AI", excluded=True)),
        ('topic:"Computer Vision"', NameFilter(kind=NameKind.TOPIC, name="Computer Vision")),
        ("topic:“Computer Vision”", NameFilter(kind=NameKind.TOPIC, name="Computer Vision")),
        ("from:wsj.com", NameFilter(kind=NameKind.PROVIDER, name="wsj.com")),
        ("source:wsj.com", NameFilter(kind=NameKind.PROVIDER, name="wsj.com")),
        ('from:"Wall Street Journal', NameFilter(kind=NameKind.PROVIDER, name="Wall Street Journal")),
        ("is:video", TypeFilter(video=True)),
        ("is:Article", TypeFilter(video=False)),
        ("-is:video", TypeFilter(video=True, excluded=True)),
    ],
)
def test_filter_is_read_as_its_value(text: str, wanted: Filter) -> None:
    assert only_filter(text) == wanted


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("since:12h", timedelta(hours=12)),
        ("since:7d", timedelta(days=7)),
        ("since:2w", timedelta(weeks=2)),
        ("since:0d", timedelta()),
    ],
)
def test_span_counts_back_from_now(text: str, back: timedelta) -> None:
    assert only_filter(text) == DateFilter(typed=text[6:], start_at=NOW - back)


def test_days_are_whole_and_inclusive_in_the_askers_zone() -> None:
    query = parse_query("since:2021-02-01 until:2021-03-01", now=NOW, zone=ZoneInfo("Europe/Berlin"))
    assert query.filters == (
        DateFilter(typed="2021-02-01", start_at=datetime(2021, 1, 31, 23, tzinfo=UTC)),
        DateFilter(typed="2021-03-01", end_at=datetime(2021, 3, 1, 23, tzinfo=UTC)),
    )


def test_day_on_which_summer_time_begins_ends_at_the_new_midnight() -> None:
    query = parse_query("until:2021-03-28", now=NOW, zone=ZoneInfo("Europe/Berlin"))
    assert query.filters == (DateFilter(typed="2021-03-28", end_at=datetime(2021, 3, 28, 22, tzinfo=UTC)),)


@pytest.mark.parametrize(
    "text", ["since:0001-01-01", "until:9999-12-31", "since:999999999999d", "heat:" + "9" * 5000]
)
def test_extreme_values_are_no_error(text: str) -> None:
    for hours in (-23, 0, 23):
        zone = timezone(timedelta(hours=hours))
        assert len(parse_query(text, now=NOW, zone=zone).filters) == 1


@pytest.mark.parametrize(
    ("text", "words", "phrases", "excluded"),
    [
        ("clearview ai", ["clearview", "ai"], [], []),
        ('"exact phrase" word', ["word"], ["exact phrase"], []),
        ("“exact phrase”", [], ["exact phrase"], []),
        ('big "unclosed to the end', ["big"], ["unclosed to the end"], []),
        ("cloud -google", ["cloud"], [], ["google"]),
        ('cloud -"power apps"', ["cloud"], [], ["power apps"]),
        ("cloud - google", ["cloud", "google"], [], []),
        ("cloud-native", ["cloud-native"], [], []),
        ("re:Invent 12:30", ["re:Invent", "12:30"], [], []),
        ('note:"two words"', ["note"], ["two words"], []),
        ('a 27" screen', ["a", '27"', "screen"], [], []),
        ("https://wsj.com/a:b", ["https://wsj.com/a:b"], [], []),
        ("🙂 && -- ''", [], [], []),
        ('"" -""', [], [], []),
    ],
)
def test_words_phrases_and_exclusions_are_told_apart(
    text: str, words: list[str], phrases: list[str], excluded: list[str]
) -> None:
    query = parse(text)
    assert [word.typed for word in query.words if not word.is_phrase and not word.excluded] == words
    assert [word.typed for word in query.words if word.is_phrase and not word.excluded] == phrases
    assert [word.typed for word in query.words if word.excluded] == excluded


@pytest.mark.parametrize("sort", list(Sort))
def test_sort_is_read(sort: Sort) -> None:
    assert parse(f"cloud sort:{sort}").sort is sort


def test_best_is_the_order_unless_another_is_asked_for() -> None:
    assert parse("cloud").sort is Sort.BEST


@pytest.mark.parametrize(
    ("text", "part", "hint"),
    [
        ("heat:hott", "heat:hott", "Did you mean heat:hot?"),
        ("heat:abc", "heat:abc", "Did you mean heat:hot?"),
        ("heat:high", "heat:high", "Did you mean heat:hot?"),
        ("heat:max", "heat:max", "Did you mean heat:top?"),
        ("heat:1,000", "heat:1,000", "Did you mean heat:>1000?"),
        ("heat:99.5", "heat:99.5", "Did you mean heat:>99?"),
        ("heat:> 100", "heat:>", "Did you mean heat:>100?"),
        ("quality:90..60", "quality:90..60", "Did you mean quality:60..90?"),
        ("quality:high", "quality:high", "Did you mean quality:>=60?"),
        ("-quality:high", "-quality:high", "Did you mean -quality:>=60?"),
        ("since:2021-02-30", "since:2021-02-30", "Did you mean since:2021-02-28?"),
        ("since:2021-13-01", "since:2021-13-01", "Did you mean since:2021-12-01?"),
        ("since:2021/02/01", "since:2021/02/01", "Did you mean since:2021-02-01?"),
        ("since:7", "since:7", "Did you mean since:7d?"),
        ("since:3months", "since:3months", "Did you mean since:90d?"),
        ("since:yesterday", "since:yesterday", "Did you mean since:2021-02-04?"),
        ("since:2021", "since:2021", "Did you mean since:2021-01-01?"),
        ("until:2020", "until:2020", "Did you mean until:2020-12-31?"),
        ("until:2021-02", "until:2021-02", "Did you mean until:2021-02-28?"),
        ("since:last week", "since:last week", "Did you mean since:7d?"),
        ('since:"last month"', 'since:"last month"', "Did you mean since:30d?"),
        ("since:this year", "since:this year", "Did you mean since:365d?"),
        ("since:feb", "since:feb", "Did you mean since:2021-02-01?"),
        ("since:December", "since:December", "Did you mean since:2020-12-01?"),
        ("until:whenever", "until:whenever", "Did you mean until:2021-02-05?"),
        ("is:vidoe", "is:vidoe", "Did you mean is:video?"),
        ("is:podcast", "is:podcast", "Did you mean is:article?"),
        ("sort:newest", "sort:newest", "Did you mean sort:new?"),
        ("sort:date", "sort:date", "Did you mean sort:new?"),
        ("-sort:new", "-sort:new", "Did you mean sort:new?"),
        ("topic:", "topic:", "Did you mean topic:AI?"),
        ("topic: Cloud", "topic:", "Did you mean topic:Cloud?"),
        ('topic:""', 'topic:""', "Did you mean topic:AI?"),
        ("form:wsj", "form:wsj", "Did you mean from:wsj?"),
        ("Topics:AI", "Topics:AI", "Did you mean topic:AI?"),
        ('-form:"the hill"', '-form:"the hill"', 'Did you mean -from:"the hill"?'),
    ],
)
def test_mistake_gets_a_sentence_with_the_part_at_fault_and_the_nearest_right_value(
    text: str, part: str, hint: str
) -> None:
    error = refused(f"words {text}")
    assert error.part == part
    assert hint in str(error)
    assert error.message.endswith(".")


def test_unknown_filter_is_called_by_its_name() -> None:
    assert refused("topc:AI").message == "There is no filter called topc."


def test_what_the_hints_say_is_right() -> None:
    for text in (
        "heat:hott",
        "quality:90..60",
        "since:2021-02-30",
        "since:7",
        "is:vidoe",
        "sort:newest",
        "form:x",
    ):
        hint = str(refused(text)).partition("Did you mean ")[2].partition("?")[0]
        assert parse(hint).text == hint


@pytest.mark.parametrize("text", ["city:Rome", "re:Invent", "12:30", "topical:news", "form: wsj", "x:y"])
def test_other_names_are_words(text: str) -> None:
    assert parse(text).words
    assert not parse(text).filters


def test_long_mistake_is_repeated_in_short() -> None:
    assert len(str(refused("heat:" + "x" * 9000))) < 400


def test_filters_only_means_no_plain_word() -> None:
    assert is_filters_only(parse("topic:AI heat:>70 -google"))
    assert is_filters_only(parse('"exact phrase" from:wsj'))
    assert is_filters_only(parse(""))
    assert not is_filters_only(parse("topic:AI clearview"))


def test_text_is_kept_as_it_was_typed() -> None:
    assert parse("  Clearview  topic:AI ").text == "Clearview  topic:AI"
