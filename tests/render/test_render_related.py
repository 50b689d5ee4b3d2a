from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from bot.domain.brief import Brief, Image, Provider
from bot.domain.coverage import distinct_related, other_outlets
from bot.domain.directory import Directory, ProviderEntry
from bot.domain.message import Message
from bot.render import Renderer
from bot.render.related import closest_first
from tests.render.render_helpers import DAY, SCALE, a_brief, an_article, complaints, many_related, strings_of

ABOUT = "Canada tells Clearview AI to stop collecting faces"


def titles(brief_related: object) -> list[str]:
    return [article.title for article in brief_related]  # type: ignore[attr-defined]  # any articles


def test_closest_title_comes_first_then_the_newest() -> None:
    related = (
        an_article("Ten facts on artificial intelligence", hours=1),
        an_article("The week in privacy", "a.example", hours=9),
        an_article("The week in fashion", "b.example", hours=2),
        an_article("Clearview AI told to stop in Canada", "c.example", hours=30),
        an_article("Undated", "d.example", published_at=None),
    )
    brief = a_brief(title=ABOUT, related=related)
    assert titles(closest_first(brief, related)) == [
        "Clearview AI told to stop in Canada",
        "Ten facts on artificial intelligence",
        "The week in fashion",
        "The week in privacy",
        "Undated",
    ]


def test_words_that_all_titles_share_do_not_decide() -> None:
    related = (
        an_article("Google Cloud Google Cloud news", hours=0),
        an_article("Google Cloud opens in Madrid", "b.example", hours=5),
        *(an_article(f"Google Cloud number {n}", f"c{n}.example", hours=9) for n in range(9)),
    )
    brief = a_brief(title="Google Cloud region opens: Madrid", related=related)
    assert titles(closest_first(brief, related))[0] == "Google Cloud opens in Madrid"


def test_duplicates_and_the_brief_itself_are_dropped() -> None:
    related = (
        an_article("Its own page", web_url="https://www.news.example/canada/?utm_source=x"),
        an_article("CANADA tells Clearview AI — to stop collecting faces!", "a.example"),
        an_article("One report", "b.example", web_url="https://b.example/one"),
        an_article("One report, again", "b.example", web_url="https://b.example/one/amp"),
        an_article("ONE REPORT", "c.example"),
        an_article("Withdrawn", "d.example", removed=True),
        an_article("Hidden", "e.example", published=False),
    )
    assert titles(distinct_related(a_brief(title=ABOUT, related=related))) == ["One report"]


def test_outlets_are_distinct_other_domains() -> None:
    related = (
        an_article("a", "news.example"),
        an_article("b", "www.b.example"),
        an_article("c", "b.example"),
        an_article("d", "d.example", provider=Provider(), web_url="https://www.d.example/x"),
        an_article("e", "e.example", deleted=True),
    )
    assert other_outlets(a_brief(), related) == 2


def test_card_shows_three_and_counts_the_rest() -> None:
    texts = list(strings_of(Renderer().brief(a_brief(related=many_related(15)), SCALE).blocks))
    assert sum("Coverage" in text for text in texts) == 3
    assert "and 12 more" in texts
    assert "*Related coverage* from 15 other outlets" in texts


def pages_of(brief: Brief) -> list[Message]:
    """The related message and what its More buttons lead to."""
    pages = [Renderer().related(brief)]
    while more := button_of(pages[-1]):
        pages.append(Renderer().related(brief, offset=json.loads(more["value"])["offset"]))
    return pages


def button_of(message: Message) -> dict[str, Any]:
    return next((dict(b["elements"][0]) for b in message.blocks if b["type"] == "actions"), {})


def test_related_coverage_is_paged_to_its_end_each_article_once() -> None:
    brief = a_brief(related=many_related(179))
    pages = pages_of(brief)
    links = [link for page in pages for link in re.findall(r"https://outlet\d+", str(page.blocks))]
    assert len(links) == len(set(links)) == 179
    assert all(complaints(page) == [] for page in pages)
    heads = [next(strings_of(page.blocks)).splitlines()[0] for page in pages]
    assert heads[0] == "*179 related articles from 179 other outlets*"
    assert heads[1:] == [
        "*Related articles 46 to 90 of 179*",
        "*Related articles 91 to 135 of 179*",
        "*Related articles 136 to 179 of 179*",
    ]
    assert button_of(pages[0])["text"]["text"] == "134 more"
    assert json.loads(button_of(pages[0])["value"]) == {"slug": brief.slug, "offset": 45}


def test_a_last_page_of_one_and_one_beyond_the_end_say_so() -> None:
    brief = a_brief(related=many_related(46))
    assert "Related article 46 of 46" in pages_of(brief)[-1].text
    beyond = Renderer().related(brief, offset=46)
    assert beyond.text.startswith("That was all related coverage")
    assert complaints(beyond) == []


def test_outlets_are_counted_over_the_articles_that_are_shown() -> None:
    twin = an_article("Coverage 0 of the case", "twin.example")
    brief = a_brief(related=(*many_related(3), twin))
    assert "3 related articles from 3 other outlets" in Renderer().related(brief).text
    assert "*Related coverage* from 3 other outlets" in list(
        strings_of(Renderer().brief(brief, SCALE).blocks)
    )


def test_a_brief_that_others_published_too_is_not_alone_whatever_its_own_outlet_adds() -> None:
    related = (an_article(ABOUT, "other.example"), an_article("More of it", "news.example"))
    texts = str(Renderer().brief(a_brief(title=ABOUT, heat=99, related=related), SCALE).blocks)
    assert "*Related coverage* from the same outlet" in texts
    assert "only 1 outlet so far" not in texts


def test_a_button_that_cannot_carry_its_value_gives_way_to_the_number() -> None:
    message = Renderer().related(a_brief(slug="s" * 2_000, related=many_related(179)))
    assert button_of(message) == {}
    assert "and 134 more" in list(strings_of(message.blocks))


def test_related_from_the_same_outlet_says_so() -> None:
    message = Renderer().brief(a_brief(related=(an_article("More", "news.example"),)), SCALE)
    assert "*Related coverage* from the same outlet" in list(strings_of(message.blocks))


def test_one_report_in_several_outlets_is_no_related_coverage_but_is_told() -> None:
    brief = a_brief(
        title=ABOUT, related=(an_article(ABOUT, "a.example"), an_article(ABOUT.upper(), "b.example"))
    )
    message = Renderer().brief(brief, SCALE)
    assert any("also published by 2 other outlets" in text for text in strings_of(message.blocks))
    assert message.text.endswith("Also published by 2 other outlets.")
    assert "news_related" not in str(message.blocks)
    assert Renderer().related(brief).text.startswith("Also published by 2 other outlets, nothing further")


def test_hot_brief_of_one_outlet_says_so_and_a_cold_one_does_not() -> None:
    said = "only 1 outlet so far"
    assert said in str(Renderer().brief(a_brief(heat=99), SCALE).blocks)
    assert said not in str(Renderer().brief(a_brief(heat=9), SCALE).blocks)
    assert said not in str(Renderer().brief(a_brief(heat=99, related=many_related(1)), SCALE).blocks)


def test_logo_of_a_related_provider_comes_from_the_directory() -> None:
    logo = Image(url="/assets/wsj-50x50.png", width=50, height=50)
    entry = ProviderEntry(domain="wsj.com", name="Wall Street Journal", images=(logo,))
    renderer = Renderer(
        assets_url="https://a.example", directory=lambda: Directory(providers={"wsj.com": entry})
    )
    brief = a_brief(related=(an_article("Clearview", "wsj.com"), an_article("Canada", "other.example")))
    images = [
        e for b in renderer.brief(brief, SCALE).blocks for e in b.get("elements", ()) if e["type"] == "image"
    ]
    assert [(e["image_url"], e["alt_text"]) for e in images] == [
        ("https://a.example/assets/wsj-50x50.png", "Wsj")
    ]


def test_related_button_stands_only_where_there_is_related_coverage() -> None:
    assert "news_related" in str(Renderer().brief(a_brief(related=many_related(1)), SCALE).blocks)
    own = an_article("Its own page", "news.example", web_url="https://news.example/canada")
    assert "news_related" not in str(Renderer().brief(a_brief(related=(own,)), SCALE).blocks)


def test_undated_brief_still_sorts_its_coverage() -> None:
    related = (replace(an_article("a"), published_at=None), an_article("b", published_at=DAY))
    assert titles(closest_first(a_brief(title="x", published_at=None), related)) == ["b", "a"]
