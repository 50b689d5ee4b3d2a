"""“Did you mean”, explanations and completion."""

from __future__ import annotations

from datetime import UTC

import pytest

from bot.domain.result import Suggestion
from tests.search.making import brief, search_over, titles_of

BRIEFS = (
    brief("Canada asks Clearview AI to stop", heat=107, topics=("AI",)),
    brief("Kubernetes engine gets safer", heat=60, provider="Wired", domain="wired.com"),
    brief("Kubernetes engine gets cheaper", heat=50),
    brief("BigQuery pricing explained", heat=40),
    brief("Clear skies ahead", heat=30),
    brief("Travelling light", heat=10),
)


@pytest.mark.parametrize(
    ("typed", "suggested", "corrections"),
    [
        ("clearvew", "clearview", (("clearvew", "clearview"),)),
        ("Clearvew AI", "clearview AI", (("Clearvew", "clearview"),)),
        ("kubernets engin", "kubernetes engin", (("kubernets", "kubernetes"),)),
        ("kubernets enigne", "kubernetes engine", (("kubernets", "kubernetes"), ("enigne", "engine"))),
        ("big query", "bigquery", (("big query", "bigquery"),)),
        ("big qurey pricing", "bigquery pricing", (("big qurey", "bigquery"),)),
        ("clearviewai", "clearview ai", (("clearviewai", "clearview ai"),)),
        ("kubernets topic:AI -clear", None, ()),
        ("kubernets from:wired -clear", "kubernetes from:wired -clear", (("kubernets", "kubernetes"),)),
        ('kubernets "engine gets"', 'kubernetes "engine gets"', (("kubernets", "kubernetes"),)),
        ("claerv", "clearview", (("claerv", "clearview"),)),
    ],
)
async def test_suggestion_names_what_was_corrected(
    typed: str, suggested: str | None, corrections: tuple[tuple[str, str], ...]
) -> None:
    result = await search_over(BRIEFS).ask(typed, UTC)
    wanted = Suggestion(text=suggested, corrections=corrections) if suggested else None
    assert result.suggestion == wanted


@pytest.mark.parametrize(
    "typed", ["clearview", "kubernetes engines", "traveling", "clearv", "the clearview", "", "zxqwv"]
)
async def test_no_suggestion_where_nothing_was_corrected(typed: str) -> None:
    assert (await search_over(BRIEFS).ask(typed, UTC)).suggestion is None


@pytest.mark.parametrize(
    "typed", ["clearvew", "kubernets engin", "big query", "clearviewai", "kubernets engine geats"]
)
async def test_suggestion_asked_again_has_the_same_first_hit_and_no_other_suggestion(typed: str) -> None:
    search = search_over(BRIEFS)
    first = await search.ask(typed, UTC)
    assert first.suggestion
    again = await search.ask(first.suggestion.text, UTC)
    assert titles_of(again)[0] == titles_of(first)[0]
    assert again.suggestion is None


async def test_explanation_tells_reading_fetches_and_score() -> None:
    told = await search_over(BRIEFS).explain("kubernets engine heat:>55 -clear", UTC)
    assert told.level == "typo"
    assert told.words[0].expansions[0].word == "kubernetes"
    assert told.words[0].expansions[0].edits == 1
    assert [hit.slug for hit in told.hits] == [BRIEFS[1].slug]
    parts = told.hits[0].parts
    score = sum(part.value * part.weight for part in parts) / sum(part.weight for part in parts)
    assert told.hits[0].score == pytest.approx(score, abs=0.0051)
    text = "\n".join(told.lines())
    for piece in ("'kubernets'", "kubernetes", "56..", "fetched", "title", "suggested"):
        assert piece in text


async def test_explanation_of_filters_alone_is_short() -> None:
    told = await search_over(BRIEFS).explain("topic:AI since:7d is:article", UTC)
    assert not told.words
    assert "topic: ai" in "\n".join(told.lines())


@pytest.mark.parametrize(
    ("typed", "finished"),
    [
        ("clearv", "clearview"),
        ("kub", "kubernetes"),
        ("kubernetes eng", "kubernetes engine"),
        ("kubernetes ch", "kubernetes cheaper"),
        ("claerv", "clearview"),
        ("from:wi", "from:Wired"),
        ("from:the", 'from:"The Next Web"'),
        ("topic:", "topic:AI"),
        ("clearview -topic:a", "clearview -topic:AI"),
    ],
)
async def test_last_word_is_completed(typed: str, finished: str) -> None:
    assert finished in await search_over(BRIEFS).complete(typed)


@pytest.mark.parametrize("typed", ["", "clearview ", "zxqwv", "heat:x", "🙂", "nothing:here"])
async def test_nothing_is_completed_where_nothing_is_begun(typed: str) -> None:
    assert await search_over(BRIEFS).complete(typed) == []


async def test_no_more_completions_than_wanted() -> None:
    search = search_over([brief(f"Garden{letter} grows") for letter in "abcdefgh"])
    assert len(await search.complete("gard", limit=3)) == 3


async def test_counts_come_from_the_index() -> None:
    search = search_over(BRIEFS)
    assert [(topic.name, topic.count) for topic in await search.topics()] == [("AI", 1)]
    assert [provider.key for provider in await search.providers()] == ["thenextweb.com", "wired.com"]
    assert (await search.heat_scale()).heats == (10, 30, 40, 50, 60, 107)
