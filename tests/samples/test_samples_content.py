"""What the sample briefs promise: numbers, variety, real links, and every special case once."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.samples.samplebook import (
    BRIEFS,
    FILES,
    PROVIDERS,
    SAMPLES,
    TOPICS,
    VISIBLE,
    addresses,
    articles,
    front_matter,
)

CLEARVIEW = "2021-02-04-canada-tells-clearview-ai-to-stop-collecting-faces"
MORNING = datetime(2021, 2, 5, 8, 58, tzinfo=UTC)
FIELDS = {
    "category", "title", "excerpt", "publishedDateTime", "originalUrl", "webUrl", "ampWebUrl", "cdnAmpWebUrl",
    "type", "quality", "heat", "published", "removed", "provider", "topics", "images", "related",
}  # fmt: skip


def test_there_are_enough_briefs_providers_and_topics() -> None:
    providers = {fields["provider"]["domain"] for fields in VISIBLE.values()}
    topics = {topic for fields in VISIBLE.values() for topic in fields.get("topics", [])}
    assert len(VISIBLE) >= 64
    assert len(providers) >= 12
    assert len(topics) >= 8


def test_no_provider_fills_more_than_a_third_of_the_samples() -> None:
    counts = Counter(fields["provider"]["domain"] for fields in VISIBLE.values())
    assert counts.most_common(1)[0][1] <= len(VISIBLE) / 3


def test_titles_excerpts_and_addresses_are_each_used_once() -> None:
    titles = Counter(fields["title"] for fields in BRIEFS.values())
    excerpts = Counter(fields["excerpt"] for fields in BRIEFS.values())
    links = Counter(addresses(fields)[0] for fields in BRIEFS.values())
    for counts in (titles, excerpts, links):
        assert [text for text, times in counts.items() if times > 1] == []


def test_slugs_begin_with_the_date_and_consist_of_plain_words() -> None:
    for slug, fields in BRIEFS.items():
        assert slug.startswith(f"{fields['publishedDateTime']:%Y-%m-%d}-")
        assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_each_field_is_one_of_the_format_and_none_is_secured() -> None:
    assert {field for fields in BRIEFS.values() for field in fields} == FIELDS


def test_every_link_leads_to_its_provider() -> None:
    strays = []
    for slug, fields in BRIEFS.items():
        for article in articles(fields):
            assert addresses(article), slug
            domain, kind = article["provider"]["domain"], article["type"]
            strays += [address for address in addresses(article) if not _belongs(address, domain, kind)]
    assert strays == []


def _belongs(address: str, domain: str, kind: str) -> bool:
    parts = urlsplit(address)
    host = parts.netloc.removesuffix(".cdn.ampproject.org")
    hosts = {domain, domain.replace(".", "-")}
    if kind == "video":
        hosts.add("youtube.com")  # where publishers put their videos
    if domain == "cloud.google.com":
        hosts.add("withgoogle.com")  # where that blog's AMP pages are
    known = any(host == name or host.endswith(f".{name}") for name in hosts)
    return known and parts.scheme in ("http", "https")


def test_clearview_brief_is_the_one_of_the_contract() -> None:
    brief = BRIEFS[CLEARVIEW]
    assert brief["publishedDateTime"] == datetime(2021, 2, 4, 18, 58, tzinfo=UTC)
    assert (brief["provider"]["name"], brief["heat"], brief["quality"]) == ("The Next Web", 107, 87)
    assert [one["provider"]["domain"] for one in brief["related"]] == ["wsj.com", "threatpost.com"]
    assert brief["topics"] == ["AI"]
    assert brief["images"]


def test_a_search_for_clearview_finds_one_visible_brief() -> None:
    found = [slug for slug, fields in VISIBLE.items() if "clearview" in fields["title"].casefold()]
    assert found == [CLEARVIEW]


SPECIAL: dict[str, Callable[[dict[str, Any]], bool]] = {
    "a video": lambda brief: brief["type"] == "video",
    "no image": lambda brief: "images" not in brief,
    "many related": lambda brief: len(brief.get("related", [])) >= 8,
    "no related": lambda brief: "related" not in brief,
    "no heat": lambda brief: "heat" not in brief,
    "heat above 200": lambda brief: brief.get("heat", 0) > 200,
    "no topic": lambda brief: "topics" not in brief,
    "Japanese": lambda brief: _has_script(brief, "CJK UNIFIED"),
    "Arabic": lambda brief: _has_script(brief, "ARABIC"),
    "a video's address only": lambda brief: "webUrl" not in brief,
}


def _has_script(brief: dict[str, Any], script: str) -> bool:
    return any(script in unicodedata.name(char, "") for char in brief["title"] + brief["excerpt"])


@pytest.mark.parametrize("case", SPECIAL)
def test_each_special_case_is_among_the_visible_samples(case: str) -> None:
    assert [slug for slug, brief in VISIBLE.items() if SPECIAL[case](brief)]


def test_a_retracted_and_a_removed_brief_are_hidden() -> None:
    hidden = [fields for slug, fields in BRIEFS.items() if slug not in VISIBLE and fields["heat"] >= 0]
    assert any(not fields["published"] and not fields.get("removed") for fields in hidden)
    assert any(fields.get("removed") for fields in hidden)


def test_an_absorbed_brief_has_heat_minus_one_and_stands_in_its_leads_related() -> None:
    absorbed = [fields for fields in BRIEFS.values() if fields.get("heat") == -1]
    assert absorbed
    listed = {one["webUrl"] for fields in VISIBLE.values() for one in fields.get("related", [])}
    for fields in absorbed:
        assert not fields["published"]
        assert fields["webUrl"] in listed


def test_heat_of_visible_briefs_spreads_widely_enough_to_rank() -> None:
    heats = [fields["heat"] for fields in VISIBLE.values() if "heat" in fields]
    assert len(set(heats)) >= 25


def test_the_newest_fortnight_holds_briefs_of_several_providers() -> None:
    recent = [
        fields for fields in VISIBLE.values() if MORNING - fields["publishedDateTime"] < timedelta(days=14)
    ]
    week = [fields for fields in recent if MORNING - fields["publishedDateTime"] < timedelta(days=7, hours=9)]
    assert len(recent) >= 8
    assert len({fields["provider"]["domain"] for fields in recent}) >= 4
    assert len(week) >= 5


def test_nothing_is_newer_than_the_digest_morning_and_clearview_is_the_latest() -> None:
    assert max(VISIBLE, key=lambda slug: VISIBLE[slug]["publishedDateTime"]) == CLEARVIEW
    assert all(fields["publishedDateTime"] < MORNING for fields in BRIEFS.values())


def test_excerpts_are_one_or_two_whole_sentences() -> None:
    for slug, fields in BRIEFS.items():
        for article in articles(fields):
            excerpt = article.get("excerpt", "End.")
            assert excerpt.rstrip("”").endswith("."), slug
            assert len(excerpt) <= 200, slug


def test_every_topic_and_every_provider_but_one_is_described() -> None:
    topics = {topic for fields in BRIEFS.values() for topic in fields.get("topics", [])}
    domains = {fields["provider"]["domain"] for fields in BRIEFS.values()}
    assert topics <= {_topic(path.read_text(encoding="utf-8")) for path in TOPICS}
    assert domains - {path.stem for path in PROVIDERS} == {"encorebusiness.com"}  # shown without a logo


def _topic(text: str) -> str:
    return next(line.removeprefix("name: ") for line in text.splitlines() if line.startswith("name: "))


def test_files_are_plain_utf8_with_unix_lines_and_an_end() -> None:
    for path in [*FILES, *PROVIDERS, *TOPICS, SAMPLES / "README.md"]:
        data = path.read_bytes()
        assert b"\r" not in data
        assert b"\t" not in data
        assert data.endswith(b"\n")
        data.decode("utf-8")


def test_providers_are_named_as_the_briefs_name_them() -> None:
    names = {path.stem: front_matter(path)["name"] for path in PROVIDERS}
    for slug, fields in BRIEFS.items():
        for article in articles(fields):
            domain = article["provider"]["domain"]
            assert names.get(domain, article["provider"]["name"]) == article["provider"]["name"], slug
