"""Settings of digests and alerts, and reasons, as their templates see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.answers import (
    AlertOffer,
    AlertPage,
    DigestPage,
    Done,
    Funnel,
    Proposal,
    Stage,
    Verdict,
    ZoneSource,
)
from bot.domain.brief import Brief
from bot.domain.message import Action
from bot.domain.result import HeatScale
from bot.domain.subscription import Mute, Run, RunOutcome
from bot.render.pages import VALUE_LENGTH, quoted, sentence_page
from bot.render.pieces import NoteView, note_view
from bot.render.text import clean, shorten, size
from bot.render.views import NAME_LENGTH, TITLE_LENGTH, Day, Views, article_url, day_of, headline
from bot.render.wording import clock_text, count

RULE_LENGTH = 600
TYPED_LENGTH = 300
DIGESTS_SHOWN = 9
"""Five blocks each."""
RUNS_SHOWN = 3
NOTES_SHOWN = 5
MUTES_SHOWN = 20
CHOICES_SHOWN = 20
STAGES_SHOWN = 30
DIGEST_DONE = {
    Done.SHOWN: "",
    Done.ADDED: "Digest added",
    Done.CHANGED: "Digest changed",
    Done.UNCHANGED: "This digest was there already, and stays as it was",
    Done.PAUSED: "Digest paused",
    Done.RESUMED: "Digest resumed",
    Done.REMOVED: "Digest off",
}
ALERT_DONE = {
    Done.SHOWN: "Your alerts",
    Done.ADDED: "Alerts are on",
    Done.CHANGED: "Alert rule changed",
    Done.UNCHANGED: "Your alert rule stays as it was",
    Done.PAUSED: "Alerts are paused",
    Done.RESUMED: "Alerts go on",
    Done.REMOVED: "Alerts are off",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run: the day it was due, and what came of it in words."""

    day: Day | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestRow:
    """A digest's settings in words.

    `done` says what was just done to it, or nothing. `place` is what its buttons' names end with. `next` is
    its next run, none while paused. `zone` says where its time zone came from. `runs` are the newest first.
    `typed` is the rule as one types it, `understood` its filters in words.
    """

    id: str
    number: int
    place: str
    done: str
    is_off: bool
    schedule: str
    understood: str
    typed: str
    count: int
    says_nothing_new: bool
    next: Day | None
    zone: str
    paused: str
    problem: str
    runs: tuple[RunRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of several buttons: its label and value; `place` counts from 1."""

    label: str
    value: str
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSettings:
    """A person's alert rule in words; `is_on` is false where there is none.

    `undo` is the value of the Undo button, none where nothing can be undone. `would` are the hottest of the
    `would_count` alerts that the newest `days` days of the folder, up to `until`, would have brought.
    `held` are the hottest of the `held_count` briefs that wait for `held_until`. `mutes` are buttons that
    end one each, `more_mutes` how many more there are.
    """

    done: str
    is_on: bool
    understood: str
    limits: str
    typed: str
    zone: str
    paused: str
    problem: str
    would: tuple[NoteView, ...]
    would_count: int
    days: int
    until: Day | None
    held: tuple[NoteView, ...]
    held_count: int
    held_until: Day | None
    held_reason: str
    expired: int
    mutes: tuple[Choice, ...]
    more_mutes: int
    undo: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRow:
    """A stage of a verdict: `sign` is ✓, ✗ or ·."""

    sign: str
    name: str
    words: str
    at: Day | None


def digest_rows(pages: Sequence[DigestPage]) -> dict[str, object]:
    """The digests of one place; numbered where there are several."""
    several = len(pages) > 1
    shown = [_digest_row(page, several=several) for page in pages[:DIGESTS_SHOWN]]
    return {"digests": shown, "several": several, "more": len(pages) - len(shown)}


def which_page(pages: Sequence[DigestPage], action: Action, sentence: str) -> dict[str, object]:
    """A button for each digest."""
    labels = (
        f"{page.digest.number} · {' · '.join(part for part in (page.schedule, page.understood) if part)}"
        for page in pages[:CHOICES_SHOWN]
    )
    choices = [
        Choice(label=clean(label), value=page.digest.id, place=place)
        for place, (label, page) in enumerate(zip(labels, pages, strict=False), 1)
    ]
    return {
        "lines": sentence_page(sentence)["lines"],
        "action": action.value,
        "choices": choices,
        "more": len(pages) - len(choices),
    }


def alert_settings(page: AlertPage, scale: HeatScale, views: Views) -> AlertSettings:
    """The rule with what it would have sent, what waits, and what is muted."""
    return AlertSettings(
        done=ALERT_DONE[page.done],
        is_on=page.rule is not None,
        understood=_said(page.understood),
        limits=_said(page.limits),
        typed=_typed(page.typed),
        zone=_zone(page.zone_source, page.rule.zone if page.rule else ""),
        paused=_said(page.paused),
        problem=_said(page.problem),
        would=tuple(note_view(piece, views, scale) for piece in page.would[:NOTES_SHOWN]),
        would_count=page.would_count,
        days=page.days,
        until=day_of(page.until),
        held=tuple(note_view(piece, views, scale) for piece in page.held[:NOTES_SHOWN]),
        held_count=len(page.held),
        held_until=day_of(page.held_until),
        held_reason=_said(page.held_reason),
        expired=page.expired,
        mutes=tuple(_unmute(mute, place) for place, mute in enumerate(page.mutes[:MUTES_SHOWN], 1)),
        more_mutes=len(page.mutes[MUTES_SHOWN:]),
        undo=page.before if page.before is not None and size(page.before) <= VALUE_LENGTH else None,
    )


def offer_page(offer: AlertOffer) -> dict[str, object]:
    """A button for each threshold, with its count."""
    taken = [one for one in offer.proposals[:CHOICES_SHOWN] if size(one.typed) <= VALUE_LENGTH]
    return {
        "understood": _said(offer.understood),
        "choices": [
            Choice(label=_offered(one, offer.days), value=one.typed, place=place)
            for place, one in enumerate(taken, 1)
        ],
        "days": offer.days,
        "until": day_of(offer.until),
        "is_quiet": offer.is_quiet,
    }


def verdict_page(verdict: Verdict) -> dict[str, object]:
    """The verdict and how it came about."""
    return {
        "title": shorten(clean(verdict.title), TITLE_LENGTH),
        "slug": verdict.slug,
        "destination": shorten(clean(verdict.destination), NAME_LENGTH),
        "words": _said(verdict.words),
        "at": day_of(verdict.at),
        "stages": [_stage_row(stage) for stage in verdict.stages[:STAGES_SHOWN]],
    }


def funnel_page(funnel: Funnel) -> dict[str, object]:
    """How many were seen, where each fell out, how many were sent."""
    fell = [f"{number:,} {_said(name)}" for name, number in funnel.steps if number]
    return {
        "subscription": _said(funnel.subscription),
        "since": day_of(funnel.since),
        "words": _said(funnel.words),
        "seen": f"{funnel.seen:,} seen",
        "steps": fell,
        "sent": f"{funnel.sent:,} sent",
    }


def gone_page(brief: Brief | None, superseded_by: Brief | None) -> dict[str, object]:
    """Why a brief is not shown any more, and the one that took its place."""
    withdrawn = bool(brief and brief.is_withdrawn)
    other = None if withdrawn or superseded_by is None else superseded_by
    return {
        "withdrawn": withdrawn,
        "title": headline(other) if other else "",
        "url": article_url(other) if other else "",
        "slug": other.slug if other else "",
    }


def _digest_row(page: DigestPage, *, several: bool) -> DigestRow:
    digest = page.digest
    return DigestRow(
        id=digest.id,
        number=digest.number,
        place=f":{digest.number}" if several else "",
        done=DIGEST_DONE[page.done],
        is_off=page.done is Done.REMOVED,
        schedule=_said(page.schedule),
        understood=_said(page.understood),
        typed=_typed(page.typed),
        count=digest.count,
        says_nothing_new=digest.says_nothing_new,
        next=None if page.paused or page.done is Done.REMOVED else day_of(digest.next_at),
        zone=_zone(page.zone_source, digest.schedule.zone),
        paused=_said(page.paused),
        problem=_said(page.problem),
        runs=tuple(_run_row(run, page) for run in page.runs[:RUNS_SHOWN]),
    )


def _run_row(run: Run, page: DigestPage) -> RunRow:
    """`ran at 09:00, nothing new`, in the digest's own zone."""
    return RunRow(day=day_of(run.due_at), words=_run_words(run, page))


def _run_words(run: Run, page: DigestPage) -> str:
    zone = page.digest.schedule.zone
    ran = clock_text(run.ran_at, zone)
    match run.outcome:
        case RunOutcome.NOTHING:
            return f"ran at {ran}, nothing new"
        case RunOutcome.SKIPPED:
            return f"the run of {clock_text(run.due_at, zone)} was missed and skipped"
        case RunOutcome.OWED:
            return f"ran at {ran}" if page.problem and run is page.runs[0] else f"sent at {ran}"


def _zone(source: ZoneSource | None, zone: str) -> str:
    return f"Time zone: {shorten(clean(zone), NAME_LENGTH)}, {source.value}" if source else ""


def _unmute(mute: Mute, place: int) -> Choice:
    label = shorten(clean(mute.label), NAME_LENGTH) or mute.kind.value
    return Choice(label=f"Unmute {label}", value=f"{mute.kind.value}:{mute.key}", place=place)


def _offered(proposal: Proposal, days: int) -> str:
    """`Hot · about 12 in 30 days`."""
    given = f"about {proposal.count:,}" if proposal.count else "none"
    return f"{shorten(clean(proposal.name), 40)} · {given} in {count(days, 'day')}"


def _stage_row(stage: Stage) -> StageRow:
    sign = {True: "✓", False: "✗", None: "·"}[stage.passed]
    return StageRow(
        sign=sign,
        name=shorten(clean(stage.name), NAME_LENGTH),
        words=shorten(quoted(stage.words), TYPED_LENGTH),
        at=day_of(stage.at),
    )


def _said(text: str) -> str:
    return shorten(quoted(text), RULE_LENGTH)


def _typed(text: str) -> str:
    """A rule as it is typed; empty where it is too long to be shown whole."""
    return clean(text) if size(text) <= TYPED_LENGTH else ""
