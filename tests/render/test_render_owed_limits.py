"""Digests, alerts and bundles of anything fit Slack's limits, and no brief is lost on the way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.answers import (
    Alert,
    AlertOffer,
    Bundle,
    Done,
    Edition,
    Funnel,
    HeldDelivery,
    OwedStatus,
    Piece,
    Proposal,
    Stage,
    TopicShare,
    Verdict,
)
from bot.domain.brief import Brief
from bot.domain.delivery import Mark
from bot.domain.index import IndexStatus
from bot.domain.message import Action, Message
from bot.domain.result import HeatScale
from bot.domain.subscription import Mute, MuteKind
from bot.render import Renderer
from bot.render.limits import MESSAGE_BLOCKS, MESSAGE_TOTAL, total_text
from tests.render.owed_messages import LEAD, a_digest_page, a_piece, an_alert, an_alert_page, an_edition
from tests.render.render_helpers import (
    DAY,
    SCALE,
    a_brief,
    an_article,
    briefs_in,
    complaints,
    many_related,
    oddities,
)
from tests.render.test_render_anything import anything, briefs

R = Renderer(assets_url="https://assets.example")
slowly = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
marks = st.none() | st.sampled_from(Mark)
some_pieces = st.lists(st.builds(Piece, brief=briefs, mark=marks, outlets=st.integers(0, 200)), max_size=3)


def bad(message: Message) -> list[str]:
    """Complaints about a message and its thread."""
    found = [line for part in (message, *message.thread) for line in complaints(part)]
    parts = (message, *message.thread)
    found += [f"{len(part.blocks)} blocks" for part in parts if len(part.blocks) > MESSAGE_BLOCKS]
    return found + [
        f"{total_text(part.blocks)} characters" for part in parts if total_text(part.blocks) > MESSAGE_TOTAL
    ]


def titles_in(message: Message) -> str:
    """Everything shown in a message and its thread."""
    return str([message.blocks, *(part.blocks for part in message.thread)])


def long_piece(number: int, length: int = 1_500, **fields: object) -> Piece:
    """A brief with a title, an excerpt, addresses and names that are as long as they get."""
    long = {
        "slug": f"s{number}",
        "title": f"Brief {number} & " + "<word> & " * 60,
        "excerpt": "word & word " * 100,
        "web_url": f"https://news.example/{number}/" + "a" * length,
        "topics": tuple(f"{n} " + "&" * 80 for n in range(9)),
        "related": tuple(
            an_article(
                f"Report {n} " + "&" * 400, f"{n}.example", web_url=f"https://{n}.example/" + "b" * 700
            )
            for n in range(9)
        ),
    }
    return Piece(brief=a_brief(**{**long, **fields}), mark=Mark.RISING, outlets=9)


def edition_of(full: int, also: int, thread: int, length: int = 700) -> Edition:
    """A digest of the longest briefs."""
    made = [long_piece(number, length) for number in range(full + also + thread)]
    return an_edition(
        full=tuple(made[:full]),
        also=tuple(made[full : full + also]),
        thread=tuple(made[full + also :]),
        more=999,
        late=True,
        rule="word & " * 500,
    )


def test_six_in_full_and_ten_on_a_line_have_room_whatever_they_hold() -> None:
    message = R.digest(edition_of(6, 10, 0), SCALE)
    assert bad(message) == []
    assert message.thread == ()
    assert all(f"Brief {number} " in titles_in(message) for number in range(16))


def test_ten_of_the_longest_in_full_lose_none() -> None:
    message = R.digest(edition_of(10, 10, 4), SCALE)
    assert bad(message) == []
    assert all(f"Brief {number} " in titles_in(message) for number in range(24))
    rest = len(message.thread[0].text.splitlines()) - 1
    assert f"{rest} more in the thread" in titles_in(message)


def test_what_has_no_room_in_the_thread_either_is_counted() -> None:
    message = R.digest(edition_of(10, 10, 80), SCALE)
    assert bad(message) == []
    kept = sum(f"Brief {number} " in titles_in(message) for number in range(100))
    assert 40 < kept < 100
    assert f"and {100 - kept} more" in titles_in(message)


def test_related_coverage_shrinks_before_the_excerpt() -> None:
    related = tuple(
        an_article(f"Report {n}", f"{n}.example", web_url=f"https://{n}.example/" + "b" * 300)
        for n in range(6)
    )
    edition = an_edition(
        full=tuple(a_piece(n, excerpt="A sentence. " * 20, related=related) for n in range(10))
    )
    shown = titles_in(R.digest(edition, SCALE))
    assert "sentence. A sentence. A sentence" in shown
    assert "*Related coverage* from 6 other outlets: <https://" in shown
    assert shown.count("https://5.example") + shown.count("https://0.example") < 10


def test_digest_of_usual_briefs_has_lines_between_them_and_full_excerpts() -> None:
    edition = an_edition(full=tuple(a_piece(n, related=many_related(3)) for n in range(10)))
    kinds = [block["type"] for block in R.digest(edition, SCALE).blocks]
    assert kinds.count("divider") == 10


def test_digests_of_ten_real_briefs_fit_in_full(corpus: Path) -> None:
    found = [brief for brief in briefs_in(corpus) if not brief.is_hidden]
    scale = HeatScale(heats=tuple(sorted(brief.warmth for brief in found)))
    longest = sorted(found, key=_length, reverse=True)[:10]
    tens = [longest, *(found[start : start + 10] for start in range(0, len(found), 10))]
    for ten in tens:
        made = tuple(Piece(brief=brief, mark=Mark.NEW, outlets=3) for brief in ten)
        message = R.digest(an_edition(full=made, also=made, thread=made + made), scale)
        assert bad(message) == []
        assert f"{2 * len(made)} more in the thread" in titles_in(message)
        assert bad(R.bundle(Bundle(pieces=made, reason="gap"), scale)) == []


def _length(brief: Brief) -> int:
    return len(brief.title) + len(brief.excerpt) + sum(len(one.link) for one in (brief, *brief.related[:3]))


def test_bundle_of_the_longest_counts_what_has_no_room() -> None:
    message = R.bundle(
        Bundle(pieces=tuple(long_piece(n, 700) for n in range(60)), reason="max " * 200), SCALE
    )
    assert bad(message) == []
    kept = sum(f"Brief {number} " in titles_in(message) for number in range(60))
    assert kept > 10
    assert f"and {60 - kept} more" in titles_in(message)


@pytest.mark.parametrize("name", oddities())
def test_odd_brief_makes_good_digests_and_alerts(name: str) -> None:
    odd = Piece(brief=oddities()[name], mark=Mark.UPDATE, outlets=3)
    ten = (odd,) * 10
    messages = [
        R.digest(an_edition(full=ten, also=ten, thread=ten), SCALE),
        R.digest(an_edition(full=(odd,), also=(), thread=()), SCALE),
        R.digest(an_edition(full=(), also=(odd,), thread=ten), SCALE),
        R.alert(an_alert(odd), SCALE),
        R.escalation(an_alert(odd, old_heat=-5, old_outlets=0), SCALE),
        R.bundle(Bundle(pieces=ten, reason=odd.brief.title), SCALE),
        R.alert_page(an_alert_page(would=ten, held=ten), SCALE),
        R.gone(None, superseded_by=odd.brief),
    ]
    assert [bad(message) for message in messages] == [[]] * len(messages)


@slowly
@given(some_pieces, some_pieces, some_pieces, anything)
def test_any_digest_is_one_that_slack_takes(
    full: list[Piece], also: list[Piece], thread: list[Piece], words: str
) -> None:
    edition = an_edition(
        full=tuple(full), also=tuple(also), thread=tuple(thread), rule=words, digest=words, zone=words
    )
    assert bad(R.digest(edition, SCALE)) == []
    assert bad(R.bundle(Bundle(pieces=(*full, *also), reason=words), SCALE)) == []


@slowly
@given(briefs, anything, st.floats(0, 1), st.none() | st.integers(-5, 4_000))
def test_any_alert_is_one_that_slack_takes(brief: Brief, name: str, share: float, number: int | None) -> None:
    alert = Alert(
        piece=Piece(brief=brief, outlets=2),
        brief_id=1,
        line=number,
        topics=(TopicShare(name=name, share=share),) * 2,
        old_heat=number,
        old_outlets=number,
    )
    assert bad(R.alert(alert, SCALE)) == []
    assert bad(R.escalation(alert, SCALE)) == []


@slowly
@given(anything)
def test_any_words_make_settings_that_slack_takes(words: str) -> None:
    page = a_digest_page(schedule=words, understood=words, typed=words, paused=words, problem=words)
    rule = an_alert_page(
        understood=words,
        limits=words,
        typed=words,
        paused=words,
        problem=words,
        held=(LEAD,),
        held_reason=words,
        mutes=(Mute(kind=MuteKind.TOPIC, key=words, label=words, at=DAY),),
        before=words,
    )
    owed = OwedStatus(sentences=(words,), held=(HeldDelivery(id=words or "x", words=words, at=DAY),))
    empty = IndexStatus(
        briefs=0, visible=0, rejected=0, problems=(), folders=(), synced_at=None, newest_at=None
    )
    messages = [
        R.digest_pages((page, replace(page, done=Done.REMOVED), replace(page, paused=""))),
        R.which_digest((page, page), Action.DIGEST_OFF, words),
        R.alert_page(rule, SCALE),
        R.alert_offer(AlertOffer(proposals=(Proposal(name=words, typed=words, count=1),), understood=words)),
        R.verdict(
            Verdict(
                title=words,
                slug=words,
                destination=words,
                reason=words,
                words=words,
                stages=(Stage(name=words, passed=True, words=words),) * 3,
            )
        ),
        R.funnel(Funnel(subscription=words, since=DAY, seen=1, sent=0, steps=((words, 1),), words=words)),
        R.status(empty, [], show_problems=False, owed=owed),
        R.notice(words, words),
    ]
    assert [bad(message) for message in messages] == [[]] * len(messages)


def test_words_of_10000_characters_make_settings_that_slack_takes() -> None:
    test_any_words_make_settings_that_slack_takes.hypothesis.inner_test("&" * 10_000)  # type: ignore[attr-defined]
