"""From values to messages: the one door to this room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from bot.domain.answers import (
    Alert,
    AlertOffer,
    AlertPage,
    Bundle,
    DigestPage,
    Edition,
    Funnel,
    OwedStatus,
    Verdict,
)
from bot.domain.brief import Brief
from bot.domain.directory import EMPTY_DIRECTORY, Directory
from bot.domain.index import IndexStatus
from bot.domain.message import Action, Message
from bot.domain.problem import Problem
from bot.domain.result import HeatScale, NameCount, SearchResult
from bot.render import alerts, editions, forms, owed_pages, pages
from bot.render.pieces import NoteView
from bot.render.template_set import TemplateSet
from bot.render.views import Views


class Renderer:
    """Turns answers into Slack messages by templates; every message fits Slack's limits.

    `templates` is a folder whose files replace or extend the built-in ones of the same name; what is wrong
    with them is in `problems`, and the built-in template is used instead. `assets_url` is where relative
    image addresses begin, `command` the slash command that hints name, `directory` gives the providers
    folder as it stands at the moment.
    """

    def __init__(
        self,
        *,
        templates: str | None = None,
        assets_url: str = "",
        command: str = "/news",
        directory: Callable[[], Directory] = lambda: EMPTY_DIRECTORY,
    ) -> None:
        self._views = Views(directory, assets_url)
        self._templates = TemplateSet(folder=templates, command=command)
        self.problems: tuple[Problem, ...] = self._templates.problems

    def brief(
        self,
        brief: Brief,
        scale: HeatScale,
        *,
        shared_by: str = "",
        actions: bool = True,
        can_share: bool = True,
    ) -> Message:
        """One brief in full; with `shared_by`, a Slack user id, it says so and has no Share button.

        Without `can_share`, where there is no channel to share to, it has none either.
        """
        view, by = self._views.brief(brief, scale), pages.user_id(shared_by)
        return self._render("brief", brief=view, shared_by=by, actions=actions, can_share=can_share)

    def results(
        self, result: SearchResult, scale: HeatScale, *, title: str = "", can_share: bool = True
    ) -> Message:
        """A page of hits. A search begins with its best in full; later pages and titled lists are rows."""
        if not result.hits and (result.offset or not title):
            return self.no_result(result)
        page = pages.results_page(result, scale, self._views, title)
        return self._render("results", result=page, can_share=can_share)

    def front(self, result: SearchResult, scale: HeatScale) -> Message:
        """What the bare command shows: the hottest briefs, and how to ask for more."""
        return self._render("front", result=pages.results_page(result, scale, self._views, "Hottest now"))

    def related(self, brief: Brief, *, offset: int = 0) -> Message:
        """Related coverage of a brief, closest title first: from `offset` on what one message holds."""
        return self._render("related", **pages.related_page(brief, self._views, offset))

    def no_result(self, result: SearchResult) -> Message:
        """Nothing was found: what else to try."""
        return self._render("no_result", **pages.no_result_page(result))

    def help(self, *, can_share: bool = True) -> Message:
        """Every command there is, with examples."""
        return self._render("help", can_share=can_share)

    def topics(self, counts: Sequence[NameCount]) -> Message:
        """The topics with their numbers of briefs, in the given order."""
        return self._render("topics", topics=pages.name_rows(counts), total=len(counts))

    def providers(self, counts: Sequence[NameCount]) -> Message:
        """The providers with logos where known and their numbers of briefs, in the given order."""
        rows = pages.provider_rows(counts, self._views)
        return self._render("providers", providers=rows, total=len(counts))

    def status(
        self,
        status: IndexStatus,
        notes: Sequence[str],
        *,
        show_problems: bool,
        owed: OwedStatus | None = None,
    ) -> Message:
        """How the index is and what is owed; the rejected files only where `show_problems`."""
        page = pages.status_page(status, notes, show_problems=show_problems, owed=owed)
        return self._render("status", status=page)

    def error(self, sentence: str, hint: str = "", *, instead: str = "") -> Message:
        """A plain sentence on what went wrong, and what to do; a button asks the query `instead`."""
        return self._render("error", **pages.error_page(sentence, hint, instead))

    def notice(self, sentence: str, hint: str = "") -> Message:
        """A plain sentence on what was done, also unasked to an owner; the hint says what to do."""
        return self._render("notice", **pages.sentence_page(sentence, hint))

    def gone(self, brief: Brief | None, *, superseded_by: Brief | None = None) -> Message:
        """What a button of a brief says that may not be shown any more, and which brief took its place."""
        return self._render("gone", **owed_pages.gone_page(brief, superseded_by))

    def digest(self, edition: Edition, scale: HeatScale) -> Message:
        """A digest; what has no room in it or belongs under it is its `thread`, one message or none.

        An edition with nothing but a thread part is that part. A single brief is a card.
        """
        if edition.thread and not (edition.full or edition.also):
            return self._digest_thread(editions.thread_notes(edition, self._views))
        shown = editions.edition_pages(edition, scale, self._views)
        message, values = self._templates.first_whole("digest", ({"edition": page} for page in shown))
        rest: Sequence[NoteView] = values["edition"].rest
        return replace(message, thread=(self._digest_thread(rest),)) if rest else message

    def alert(self, alert: Alert, scale: HeatScale) -> Message:
        """One alert with its reason, and buttons to hear less."""
        return self._render("alert", **alerts.alert_page(alert, scale, self._views))

    def escalation(self, alert: Alert, scale: HeatScale) -> Message:
        """A short reply under an alert: what grew since."""
        return self._render("escalation", **alerts.escalation_page(alert, scale, self._views))

    def bundle(self, bundle: Bundle, scale: HeatScale) -> Message:
        """What was held back, hottest first; what has no room is counted."""
        shown = alerts.bundle_pages(bundle, scale, self._views)
        return self._templates.first_whole("bundle", ({"bundle": page} for page in shown))[0]

    def digest_pages(self, shown: Sequence[DigestPage]) -> Message:
        """The settings of one place's digests, or how to make one."""
        return self._render("digests", **owed_pages.digest_rows(shown))

    def which_digest(self, shown: Sequence[DigestPage], action: Action, sentence: str) -> Message:
        """Several digests and none was named: a button of `action` for each."""
        return self._render("which_digest", **owed_pages.which_page(shown, action, sentence))

    def alert_page(self, page: AlertPage, scale: HeatScale) -> Message:
        """The settings of a person's alert rule, or how to make one."""
        return self._render("alerts", alerts=owed_pages.alert_settings(page, scale, self._views))

    def alert_offer(self, offer: AlertOffer) -> Message:
        """Thresholds to choose from; an empty rule's button carries no value."""
        return self._render("offer", **owed_pages.offer_page(offer))

    def verdict(self, verdict: Verdict) -> Message:
        """Why a brief was or was not sent to one destination, stage by stage."""
        return self._render("verdict", **owed_pages.verdict_page(verdict))

    def funnel(self, *shown: Funnel) -> Message:
        """Why today brought what it brought, for each of several subscriptions."""
        return self._render("funnel", funnels=[owed_pages.funnel_page(one) for one in shown])

    def digest_form(self, page: DigestPage | None = None) -> dict[str, Any]:
        """The dialog with a digest's rule as it is typed; the caller adds `private_metadata`."""
        return forms.digest_form(page)

    def alert_form(self, page: AlertPage) -> dict[str, Any]:
        """The dialog with a person's alert rule as it is typed; the caller adds `private_metadata`."""
        return forms.alert_form(page)

    def _digest_thread(self, rest: Sequence[NoteView]) -> Message:
        return self._templates.first_whole("digest_thread", editions.thread_pages(rest))[0]

    def _render(self, name: str, /, **values: object) -> Message:
        return self._templates.render(name, values)
