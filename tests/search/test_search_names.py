"""Topic and provider names as people type them."""

from __future__ import annotations

import pytest

from bot.domain.directory import Directory, ProviderEntry, TopicEntry
from bot.errors import QueryError
from tests.search.making import brief, search_over, titles

DIRECTORY = Directory(
    providers={
        "nytimes.com": ProviderEntry(
            domain="nytimes.com", name="The New York Times", other_names=("Gray Lady",)
        )
    },
    topics={
        "ai": TopicEntry(name="AI", keywords=("artificial intelligence",)),
        "computer vision": TopicEntry(name="Computer Vision", parent="AI", short_name="CV"),
        "google cloud": TopicEntry(name="Google Cloud", keywords=("gcp",)),
    },
)
BRIEFS = (
    brief("One", heat=9, provider="Wall Street Journal", domain="wsj.com", topics=("AI",)),
    brief(
        "Two", heat=8, provider="The New York Times", domain="www.nytimes.com", topics=("Computer Vision",)
    ),
    brief("Three", heat=7, provider="ZDNet", domain="zdnet.com", topics=("Google Cloud",)),
    brief(
        "Four", heat=6, provider="The Next Web", domain="thenextweb.com", topics=("Artificial Intelligence",)
    ),
    brief("Five", heat=5, provider="Wall Street Journal", domain="blogs.wsj.com", topics=("Training",)),
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("from:wsj.com", ["One", "Five"]),
        ("from:WSJ", ["One", "Five"]),
        ("from:www.wsj.com", ["One", "Five"]),
        ("from:https://www.wsj.com/articles", ["One", "Five"]),
        ('from:"Wall Street Journal"', ["One", "Five"]),
        ('from:"wall stret jornal"', ["One", "Five"]),
        ("source:zdnet", ["Three"]),
        ("from:zdent", ["Three"]),
        ("from:nyt", ["Two"]),
        ('from:"new york times"', ["Two"]),
        ('from:"gray lady"', ["Two"]),
        ("from:tnw", ["Four"]),
        ("from:nextweb", ["Four"]),
        ("-from:wsj", ["Two", "Three", "Four"]),
        ("from:zdnet from:nyt", ["Two", "Three"]),
        ("topic:AI", ["One", "Two", "Four"]),
        ("topic:ai", ["One", "Two", "Four"]),
        ('topic:"Computer Vision"', ["Two"]),
        ("topic:cv", ["Two"]),
        ("topic:vision", ["Two"]),
        ('topic:"compter vison"', ["Two"]),
        ("topic:gcp", ["Three"]),
        ("topic:google-cloud", ["Three"]),
        ("-topic:AI", ["Three", "Five"]),
        ("topic:trainig", ["Five"]),
    ],
)
async def test_name_is_known_by_any_of_its_forms(text: str, found: list[str]) -> None:
    assert await titles(search_over(BRIEFS, directory=DIRECTORY), text) == found


GARDENS = (
    brief("Gardens of the north", heat=9, provider="Wall Street Journal", domain="wsj.com", topics=("AI",)),
    brief("Gardens of the south", heat=8, provider="The New York Times", domain="www.nytimes.com",
          topics=("Computer Vision",)),
    brief("Gardens of the east", heat=7, provider="ZDNet", domain="zdnet.com", topics=("Google Cloud",)),
    brief("Gardens of the west", heat=6, provider="The Next Web", domain="thenextweb.com"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("wsj gardens", ["north"]),
        ("wsj.com", ["north"]),
        ("wall street gardens", ["north"]),
        ("nyt gardens", ["south"]),
        ("new york times gardens", ["south"]),
        ("tnw", ["west"]),
        ("gray lady", ["south"]),
        ("artificial intelligence", ["north", "south"]),
        ("artifical inteligence", ["north", "south"]),
        ("gcp gardens", ["east"]),
        ("cv gardens", ["south"]),
        ("topic:AI gardns", ["north", "south"]),
    ],
)
async def test_name_or_keyword_among_words_finds_its_briefs(text: str, found: list[str]) -> None:
    answer = await titles(search_over(GARDENS, directory=DIRECTORY), text)
    assert [title.removeprefix("Gardens of the ") for title in answer[: len(found)]] == found


@pytest.mark.parametrize(
    ("text", "part", "nearest"),
    [
        ("topic:gardening", "topic:gardening", "Did you mean topic:Training?"),
        ("-topic:trainers", "-topic:trainers", "Did you mean -topic:Training?"),
        ("from:zndaet", "from:zndaet", "Did you mean from:ZDNet?"),
        ("-topic:xy", "-topic:xy", "Type topics to see all that there are."),
        ("topic:quantumbasket", "topic:quantumbasket", "Type topics"),
        ("from:zzzzzzz", "from:zzzzzzz", "Type providers"),
        ('topic:"🙂"', "topic:🙂", "Type topics"),
    ],
)
async def test_unknown_name_is_refused_with_the_nearest_one_or_the_way_to_all(
    text: str, part: str, nearest: str
) -> None:
    with pytest.raises(QueryError) as caught:
        await titles(search_over(BRIEFS, directory=DIRECTORY), text)
    assert caught.value.part == part
    assert nearest in caught.value.hint


async def test_name_in_an_empty_folder_is_refused_without_a_suggestion() -> None:
    with pytest.raises(QueryError, match="no brief has one yet"):
        await titles(search_over([]), "topic:AI")


async def test_known_topic_without_briefs_finds_nothing() -> None:
    assert await titles(search_over([brief("One", topics=("Other",))], directory=DIRECTORY), "topic:cv") == []


async def test_hot_and_top_follow_the_folder() -> None:
    found = search_over([brief(f"Number {heat}", heat=heat, hours=heat) for heat in range(1, 101)])
    assert len(await titles(found, "heat:hot", limit=100)) == 25
    assert len(await titles(found, "heat:top", limit=100)) == 5
    assert await titles(search_over([]), "heat:hot") == []
