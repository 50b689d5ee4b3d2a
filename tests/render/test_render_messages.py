from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from bot.domain.brief import Image, Provider
from bot.domain.directory import Directory, ProviderEntry
from bot.domain.index import IndexStatus
from bot.domain.message import Action, Message
from bot.domain.problem import Problem, Severity
from bot.domain.query import NameFilter, NameKind, Query, Words
from bot.domain.result import NameCount, SearchResult, Suggestion
from bot.render import Renderer
from tests.render.render_helpers import (
    DAY,
    SCALE,
    a_brief,
    a_result,
    complaints,
    many_related,
    oddities,
    strings_of,
)

R = Renderer()
FIVE = [a_brief(slug=f"s{n}", title=f"Clearview in court {n}") for n in range(5)]


def buttons(message: Message) -> dict[str, dict[str, Any]]:
    """Every button by its action id."""
    found: list[dict[str, Any]] = []
    for block in message.blocks:
        found += [element for element in block.get("elements", ()) if element["type"] == "button"]
        found += [part for part in [block.get("accessory")] if part and part["type"] == "button"]
    return {button["action_id"]: button for button in found}


@pytest.mark.parametrize("name", oddities())
def test_odd_brief_makes_good_messages_everywhere(name: str) -> None:
    brief = oddities()[name]
    five = a_result(*[brief] * 5, more=True, matched=("clearview", "canada", "x"))
    messages = [R.brief(brief, SCALE), R.brief(brief, SCALE, shared_by="U1"), R.related(brief)]
    messages += [R.results(five, SCALE), R.results(five, SCALE, title=brief.title), R.front(five, SCALE)]
    assert [complaints(message) for message in messages] == [[]] * 6


def test_text_of_a_brief_stands_alone_and_leads_with_the_title() -> None:
    message = R.brief(a_brief(related=many_related(2)), SCALE)
    assert message.text == (
        "Canada tells Clearview AI to stop — The Example, Feb 4, 2021. "
        "The regulators found a breach of the law. Related coverage from 2 other outlets."
    )


def test_shared_brief_names_the_sharer_and_has_no_share_button() -> None:
    message = R.brief(a_brief(related=many_related(1)), SCALE, shared_by="U123ABC")
    assert next(strings_of(message.blocks)) == "Shared by <@U123ABC>"
    assert message.text.endswith("(shared by <@U123ABC>)")
    assert set(buttons(message)) == {Action.OPEN, Action.RELATED}


def test_sharer_who_is_no_slack_user_is_not_mentioned() -> None:
    assert "!channel" not in str(R.brief(a_brief(), SCALE, shared_by="!channel").payload())


def test_card_opens_the_article_and_carries_its_slug() -> None:
    found = buttons(R.brief(a_brief(related=many_related(1)), SCALE))
    assert found[Action.OPEN]["url"] == "https://news.example/canada"
    assert found[Action.SHARE]["value"] == found[Action.RELATED]["value"] == "2021-02-04-canada"


def test_card_without_actions_has_none() -> None:
    assert buttons(R.brief(a_brief(), SCALE, actions=False)) == {}


def test_image_says_provider_and_headline_to_those_who_do_not_see_it() -> None:
    photo = Image(url="https://news.example/p.jpg")
    message = R.brief(a_brief(images=(Image(url="https://x.example/a.webp"), photo)), SCALE)
    image = next(block["accessory"] for block in message.blocks if "accessory" in block)
    assert image["image_url"] == photo.url
    assert image["alt_text"] == "The Example: Canada tells Clearview AI to stop"


def test_logo_stands_beside_the_provider() -> None:
    logo = Image(url="https://news.example/logo-50.png", width=50, height=50)
    outlet = Provider(name="The Example", domain="news.example", images=(logo,))
    elements = R.brief(a_brief(provider=outlet), SCALE).blocks[0]["elements"]
    assert elements[0] == {"type": "image", "image_url": logo.url, "alt_text": "The Example"}


def test_first_page_has_the_best_hit_in_full_and_the_rest_as_rows() -> None:
    found = buttons(R.results(a_result(*FIVE, more=True), SCALE))
    assert [name for name in found if name.startswith(Action.SHOW)] == [
        f"{Action.SHOW}:{n}" for n in (2, 3, 4, 5)
    ]
    assert found[Action.SHARE]["value"] == "s0"
    assert found[f"{Action.SHOW}:2"]["value"] == "s1"
    assert json.loads(found[Action.MORE]["value"]) == {"query": "clearview", "offset": 5}


def test_later_pages_and_titled_lists_are_rows_only() -> None:
    later = buttons(R.results(a_result(*FIVE, offset=5), SCALE))
    assert list(later) == [f"{Action.SHOW}:{n}" for n in (6, 7, 8, 9, 10)]
    titled = R.results(a_result(*FIVE), SCALE, title="Hottest first")
    assert list(buttons(titled)) == [f"{Action.SHOW}:{n}" for n in (1, 2, 3, 4, 5)]
    assert next(strings_of(titled.blocks)) == "*Hottest first*"


def test_query_too_long_for_a_button_has_no_more() -> None:
    assert Action.MORE not in buttons(R.results(a_result(*FIVE, query="é" * 1_990, more=True), SCALE))
    assert Action.MORE in buttons(R.results(a_result(*FIVE, query="é" * 1_900, more=True), SCALE))


def test_correction_is_told() -> None:
    corrected = Suggestion(text="clearview", corrections=(("clearvew", "clearview"),))
    message = R.results(a_result(*FIVE, query="clearvew", suggestion=corrected), SCALE)
    assert message.text.startswith("Showing results for *clearview* instead of “clearvew”")
    titled = R.results(a_result(*FIVE, query="x", suggestion=corrected), SCALE, title="Newest first")
    assert titled.text.startswith("*Newest first* · showing results for *clearview*")


def test_matched_words_are_bold_outside_of_link_labels() -> None:
    brief = a_brief(title="Court: Clearview’s AI stops (Clearview says)")
    result = a_result(FIVE[0], brief, matched=("clearviews", "clearview"))
    row = next(text for text in strings_of(R.results(result, SCALE).blocks) if "Court:" in text)
    url = "https://news.example/canada"
    assert row == f"<{url}|Court:> *<{url}|Clearview’s>* <{url}|AI stops> *<{url}|(Clearview>* <{url}|says)>"


def test_bold_does_not_repeat_a_long_address() -> None:
    brief = a_brief(title="one two three", web_url="https://news.example/" + "a" * 700)
    row = R.results(a_result(FIVE[0], brief, matched=("two",)), SCALE)
    assert "*<https" not in str(row.blocks[-1])


def test_no_hit_says_what_else_to_try() -> None:
    query = Query(
        text='from:wsj "exact words" clearview -not',
        words=(
            Words(typed="exact words", tokens=("exact", "words"), is_phrase=True),
            Words(typed="clearview", tokens=("clearview",)),
            Words(typed="not", tokens=("not",), excluded=True),
        ),
        filters=(NameFilter(kind=NameKind.PROVIDER, name="wsj"),),
    )
    suggestion = Suggestion(text="from:wsj clearview", corrections=())
    found = buttons(R.results(SearchResult(query=query, hits=(), suggestion=suggestion), SCALE))
    assert [button["value"] for button in found.values()] == ["from:wsj clearview", '"exact words" clearview']


def test_end_of_a_list_is_no_failure() -> None:
    assert R.results(a_result(offset=5), SCALE, title="Newest first").text == "That was all for “clearview”."


def test_what_was_asked_is_shown_escaped() -> None:
    message = R.no_result(a_result(query="<!channel> *x* " + "y" * 4_000))
    assert message.text.startswith("Nothing found for “&lt;!channel&gt; ∗x∗ yyy")
    assert complaints(message) == []


def test_topics_are_buttons_that_search() -> None:
    counts = [NameCount(key=f"t{n}", name=f'Topic "{n}" <x>', count=n) for n in range(200)]
    message = R.topics(counts)
    assert complaints(message) == []
    assert buttons(message)["news_search:1"]["value"] == 'topic:"Topic  0  <x>"'
    assert "and 140 more" in list(strings_of(message.blocks))
    assert complaints(R.topics([])) == []


def test_providers_are_shown_with_their_logos() -> None:
    counts = [NameCount(key=f"p{n}.example", name=f"Provider {n}", count=9) for n in range(70)]
    logo = Image(url="https://p.example/l.png")
    known = {
        f"p{n}.example": ProviderEntry(domain=f"p{n}.example", name="P", images=(logo,)) for n in range(70)
    }
    message = Renderer(directory=lambda: Directory(providers=known)).providers(counts)
    assert complaints(message) == []
    assert str(message.blocks).count(logo.url) == 60


def test_status_shows_rejected_files_only_to_those_who_may_see_them() -> None:
    problem = Problem(
        path="/srv/briefs/a/<b>.md",
        line=3,
        column=7,
        severity=Severity.ERROR,
        field="title",
        message="missing",
        hint="add one",
    )
    status = IndexStatus(
        briefs=20,
        visible=18,
        rejected=15,
        problems=(problem,) * 15,
        folders=("/srv/briefs/",),
        synced_at=DAY,
        newest_at=DAY,
    )
    shown = R.status(status, ["A <note>"], show_problems=True)
    assert complaints(shown) == []
    assert "briefs/a/&lt;b&gt;.md:3:7: title: missing (add one)" in str(shown.blocks)
    assert "and 5 more" in str(shown.blocks)
    assert "/srv" not in str(shown.blocks)
    assert "b&gt;.md" not in str(R.status(status, [], show_problems=False).blocks)


def status_of(path: str, message: str, *folders: str) -> IndexStatus:
    problem = Problem(path=path, line=3, column=7, severity=Severity.ERROR, field="", message=message)
    return IndexStatus(
        briefs=0, visible=0, rejected=1, problems=(problem,), folders=folders, synced_at=None, newest_at=None
    )


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/srv/news/briefs/a/b.md", "briefs/a/b.md"),
        ("briefs/a/b.md", "briefs/a/b.md"),
        ("news/briefs/a/b.md", "briefs/a/b.md"),
        ("../news/briefs/a/b.md", "briefs/a/b.md"),
        ("./briefs/briefs/b.md", "briefs/briefs/b.md"),
        ("/mnt/more/c.md", "more/c.md"),
        ("elsewhere/c.md", "elsewhere/c.md"),
        ("/elsewhere/c.md", "/elsewhere/c.md"),
    ],
)
def test_rejected_files_are_named_in_one_form_however_the_folder_was_given(path: str, shown: str) -> None:
    status = status_of(path, "bad", "/srv/news/briefs", "/mnt/more")
    assert f"*Left out*\n{shown}:3:7: bad" in list(
        strings_of(R.status(status, [], show_problems=True).blocks)
    )


def test_what_a_problem_puts_between_backticks_stands_between_quotes() -> None:
    status = status_of("a.md", "`javascript:alert(1)` begins with javascript:, `<b>")
    shown = R.status(status, ["Set `X`."], show_problems=True)
    assert "a.md:3:7: “javascript:alert(1)” begins with javascript:, ‵&lt;b&gt;" in str(shown.blocks)
    assert "• Set “X”." in list(strings_of(shown.blocks))
    assert complaints(shown) == []


def test_empty_index_has_a_status() -> None:
    status = IndexStatus(
        briefs=0, visible=0, rejected=0, problems=(), folders=(), synced_at=None, newest_at=None
    )
    assert R.status(status, [], show_problems=True).text.startswith("0 briefs can be found")


def test_withdrawn_and_merely_hidden_briefs_are_told_apart() -> None:
    assert "withdrawn by its editor" in R.gone(a_brief(removed=True)).text
    assert "withdrawn by its editor" in R.gone(a_brief(deleted=True)).text
    assert "no longer listed" in R.gone(a_brief(published=False)).text
    assert "no longer listed" in R.gone(None).text
    assert "Canada" not in str(R.gone(a_brief(removed=True)).payload())


def test_error_keeps_its_sentence_and_hint_apart() -> None:
    message = R.error("“heat:<b>” is no heat.\nIt is a word.", "Use heat:>100.")
    assert list(strings_of(message.blocks)) == [
        "“heat:&lt;b&gt;” is no heat.\nIt is a word.",
        "Use heat:&gt;100.",
    ]
    assert complaints(message) == []
    assert complaints(R.error("")) == []


def test_error_offers_a_query_as_a_button_where_it_can_carry_it() -> None:
    message = R.error("No.", "Did you mean topic:AI?", instead='topic:AI "<b>" ' + "word " * 100)
    button = message.blocks[-1]["elements"][0]
    assert button["value"].startswith('topic:AI "<b>" word')
    assert len(button["text"]["text"]) <= 75
    assert complaints(message) == []
    assert "actions" not in str(R.error("No.", instead="word " * 1_000).blocks)


def test_nothing_offers_to_share_where_there_is_no_channel() -> None:
    hits = a_result(a_brief(related=many_related(2)))
    for message in (
        R.brief(a_brief(), SCALE, can_share=False),
        R.results(hits, SCALE, can_share=False),
        R.help(can_share=False),
    ):
        assert "share" not in str(message.payload()).lower()
        assert complaints(message) == []
    assert "Share to channel" in str(R.results(hits, SCALE).blocks)


def test_a_brief_with_nothing_to_press_has_no_empty_row_of_buttons() -> None:
    bare = a_brief(web_url="https://news.example/" + "a" * 4_000)
    for message in (R.brief(bare, SCALE, can_share=False), R.brief(bare, SCALE, shared_by="U123ABC")):
        assert "actions" not in [block["type"] for block in message.blocks]
        assert complaints(message) == []


def test_help_names_the_configured_command_and_every_verb() -> None:
    message = Renderer(command="/nachrichten").help()
    assert complaints(message) == []
    for verb in ("top", "latest", "topics", "providers", "status", "search"):
        assert f"`/nachrichten {verb}" in message.text
    assert "/news" not in message.text


def test_nothing_is_logged_on_the_way(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        R.brief(a_brief(), SCALE)
    assert not caplog.records
