"""Digests, alerts and their answers to render: usual ones, and the messages whose words are agreed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.answers import (
    Alert,
    AlertOffer,
    AlertPage,
    Bundle,
    DigestPage,
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
    ZoneSource,
)
from bot.domain.brief import Image, Provider
from bot.domain.delivery import Mark
from bot.domain.message import Action, Message
from bot.domain.subscription import (
    AlertRule,
    Destination,
    Digest,
    Mute,
    MuteKind,
    Run,
    RunOutcome,
    Schedule,
)
from bot.render import Renderer
from tests.render.render_helpers import DAY, SCALE, a_brief, an_article, many_related

MORNING = datetime(2021, 2, 5, 8, 0, tzinfo=UTC)
BERLIN = "Europe/Berlin"
R = Renderer(assets_url="https://assets.example")
PHOTO = (Image(url="https://news.example/photo.png", width=800, height=400),)
LOGO = (Image(url="https://news.example/logo-50.png", width=50, height=50),)


def a_piece(number: int = 0, mark: Mark | None = Mark.NEW, outlets: int = 0, **fields: Any) -> Piece:
    """A brief with a number of its own."""
    usual: dict[str, Any] = {
        "slug": f"s{number}",
        "title": f"Clearview in court, day {number}",
        "web_url": f"https://news.example/day-{number}",
    }
    return Piece(brief=a_brief(**{**usual, **fields}), mark=mark, outlets=outlets)


LEAD = a_piece(
    title="Canada tells Clearview AI to stop",
    slug="lead",
    heat=142,
    quality=87,
    images=PHOTO,
    provider=Provider(name="The Example", domain="news.example", images=LOGO),
    related=many_related(9),
)


def pieces(first: int, last: int, **fields: Any) -> tuple[Piece, ...]:
    """Briefs numbered from `first` up to, not including, `last`."""
    return tuple(a_piece(number, **fields) for number in range(first, last))


def an_edition(**fields: Any) -> Edition:
    """A digest of fourteen briefs, the first in full with everything."""
    usual: dict[str, Any] = {
        "at": MORNING,
        "zone": BERLIN,
        "full": (
            LEAD,
            a_piece(1, Mark.RISING, related=many_related(2), topics=("Storage",)),
            a_piece(2, Mark.UPDATE, heat=99, related=(an_article("Its page", "news.example"),)),
        ),
        "also": pieces(3, 6),
        "thread": pieces(6, 14),
        "rule": "weekdays at 09:00, Europe/Berlin: topic AI or Storage",
        "digest": "digest-1",
    }
    return Edition(**{**usual, **fields})


def an_alert(piece: Piece = LEAD, **fields: Any) -> Alert:
    """An alert with a threshold and two topics to mute."""
    usual: dict[str, Any] = {
        "piece": replace(piece, outlets=piece.outlets or 9),
        "brief_id": 7,
        "line": 100,
        "topics": (TopicShare(name="AI", share=0.12), TopicShare(name="Privacy", share=0.004)),
    }
    return Alert(**{**usual, **fields})


def a_run(outcome: RunOutcome, days: int = 0) -> Run:
    """A run some days ago."""
    at = MORNING - timedelta(days=days)
    return Run(digest="digest-1", due_at=at, ran_at=at, outcome=outcome)


def a_digest_page(number: int = 1, **fields: Any) -> DigestPage:
    """A digest's settings."""
    digest = Digest(
        id=f"digest-{number}",
        to=Destination(team="T1", channel="C1"),
        number=number,
        schedule=Schedule(zone=BERLIN),
        created_at=DAY,
        next_at=MORNING + timedelta(days=3),
    )
    usual: dict[str, Any] = {
        "digest": digest,
        "schedule": "every day at 09:00, Europe/Berlin",
        "understood": "topic AI, heat over 100",
        "typed": "daily 09:00 Europe/Berlin topic:AI heat:>100",
        "runs": (a_run(RunOutcome.NOTHING), a_run(RunOutcome.OWED, 1), a_run(RunOutcome.SKIPPED, 2)),
    }
    return DigestPage(**{**usual, **fields})


RULE = AlertRule(
    id="rule-1", to=Destination(team="T1", user="U1"), zone=BERLIN, created_at=DAY, changed_at=DAY
)


def an_alert_page(**fields: Any) -> AlertPage:
    """An alert rule's settings."""
    usual: dict[str, Any] = {
        "rule": RULE,
        "done": Done.ADDED,
        "understood": "heat over 100",
        "limits": "at most 3 a day, 10 minutes between two, quiet from 22:00 to 07:00",
        "typed": "heat:>100 quiet:22:00-07:00",
        "zone_source": ZoneSource.PERSON,
        "would": pieces(0, 7, mark=None),
        "would_count": 12,
        "until": DAY,
        "before": "",
    }
    return AlertPage(**{**usual, **fields})


BUSY_PAGE = an_alert_page(
    done=Done.SHOWN,
    held=(LEAD, *pieces(0, 6)),
    held_until=MORNING,
    held_reason="quiet hours",
    expired=2,
    mutes=(
        Mute(kind=MuteKind.TOPIC, key="ai", label="AI", at=DAY),
        Mute(kind=MuteKind.STORY, key="7", label="Canada tells Clearview AI to stop", at=DAY),
    ),
    before=None,
)
OFFER = AlertOffer(
    proposals=(
        Proposal(name="Everything", typed="", count=40),
        Proposal(name="Hot", typed="heat:hot", count=12),
        Proposal(name="Only the biggest", typed="heat:top", count=0),
    ),
    until=DAY,
)
VERDICT = Verdict(
    title="Canada tells Clearview AI to stop",
    slug="lead",
    destination="this channel",
    reason="filtered",
    words="Not sent: digest 1 leaves it out by topic:Storage.",
    stages=(
        Stage(name="Visible", passed=True, words="since", at=DAY),
        Stage(name="Filters", passed=False, words="topic:Storage"),
        Stage(name="Other digests", passed=None, words="there are none"),
    ),
)
FUNNEL = Funnel(
    subscription="Digest 1, every day at 09:00",
    since=DAY,
    seen=14,
    sent=0,
    steps=(("sent before", 9), ("too old", 3), ("filtered", 2)),
    words="Nothing new.",
)
OWED = OwedStatus(
    sentences=("Next digest here: tomorrow at 09:00.", "Nothing waits to be sent."),
    held=tuple(
        HeldDelivery(id=f"delivery-{n}", words="An alert to you may have arrived", at=DAY) for n in range(6)
    ),
)

OWED_MESSAGES: dict[str, Callable[[], Message]] = {
    "digest": lambda: R.digest(an_edition(), SCALE),
    "digest-late-with-more": lambda: R.digest(an_edition(late=True, more=12), SCALE),
    "digest-preview": lambda: R.digest(an_edition(is_preview=True), SCALE),
    "digest-single": lambda: R.digest(an_edition(full=(LEAD,), also=(), thread=()), SCALE),
    "digest-personal": lambda: R.digest(an_edition(is_personal=True, thread=(), rule=""), SCALE),
    "digest-empty": lambda: R.digest(an_edition(full=(), also=(), thread=(), is_preview=True), SCALE),
    "digest-thread-alone": lambda: R.digest(an_edition(full=(), also=()), SCALE),
    "alert": lambda: R.alert(an_alert(), SCALE),
    "alert-bare": lambda: R.alert(Alert(piece=a_piece(mark=None), brief_id=7), SCALE),
    "escalation": lambda: R.escalation(an_alert(old_heat=92, old_outlets=4), SCALE),
    "bundle": lambda: R.bundle(Bundle(pieces=(LEAD, *pieces(0, 9)), reason="quiet hours", more=2), SCALE),
    "bundle-of-two": lambda: R.bundle(Bundle(pieces=pieces(0, 2), reason="max 3 a day"), SCALE),
    "digests-none": lambda: R.digest_pages(()),
    "digest-added": lambda: R.digest_pages(
        (a_digest_page(done=Done.ADDED, zone_source=ZoneSource.PERSON, runs=()),)
    ),
    "digest-off": lambda: R.digest_pages((a_digest_page(done=Done.REMOVED),)),
    "digests-two": lambda: R.digest_pages(
        (
            a_digest_page(1),
            a_digest_page(
                2,
                understood="",
                paused="Paused: I am not in this channel.",
                problem="The last digest failed.",
            ),
        )
    ),
    "which-digest": lambda: R.which_digest(
        (a_digest_page(1), a_digest_page(2, understood="")), Action.DIGEST_OFF, "Which digest shall go?"
    ),
    "alerts-none": lambda: R.alert_page(AlertPage(rule=None), SCALE),
    "alerts-added": lambda: R.alert_page(an_alert_page(), SCALE),
    "alerts-busy": lambda: R.alert_page(BUSY_PAGE, SCALE),
    "alerts-paused": lambda: R.alert_page(
        an_alert_page(done=Done.PAUSED, paused="Paused by you.", would=(), would_count=0, before=None), SCALE
    ),
    "alerts-off": lambda: R.alert_page(AlertPage(rule=None, done=Done.REMOVED, before="heat:>100"), SCALE),
    "offer": lambda: R.alert_offer(OFFER),
    "offer-quiet": lambda: R.alert_offer(replace(OFFER, understood="topic AI", is_quiet=True)),
    "verdict": lambda: R.verdict(VERDICT),
    "funnel": lambda: R.funnel(FUNNEL, replace(FUNNEL, subscription="Digest 2", sent=3, steps=())),
    "funnel-none": R.funnel,
    "notice-to-owner": lambda: R.notice("The digest is paused.", "Invite me, then press `Resume`."),
    "gone-superseded": lambda: R.gone(None, superseded_by=LEAD.brief),
}
"""Messages by the names of their golden files."""
