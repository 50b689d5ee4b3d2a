"""From values to messages: the one door to this room."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.domain.brief import Brief
from bot.domain.directory import EMPTY_DIRECTORY, Directory
from bot.domain.index import IndexStatus
from bot.domain.message import Message
from bot.domain.problem import Problem
from bot.domain.result import HeatScale, NameCount, SearchResult
from bot.render import pages
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

    def status(self, status: IndexStatus, notes: Sequence[str], *, show_problems: bool) -> Message:
        """How the index is; the rejected files only where `show_problems`."""
        return self._render("status", status=pages.status_page(status, notes, show_problems=show_problems))

    def error(self, sentence: str, hint: str = "", *, instead: str = "") -> Message:
        """A plain sentence on what went wrong, and what to do; a button asks the query `instead`."""
        return self._render("error", **pages.error_page(sentence, hint, instead))

    def notice(self, sentence: str) -> Message:
        """A plain sentence on what was done."""
        return self._render("notice", **pages.sentence_page(sentence))

    def gone(self, brief: Brief | None) -> Message:
        """What a button of a brief says that may not be shown any more."""
        return self._render("gone", withdrawn=bool(brief and brief.is_withdrawn))

    def _render(self, name: str, /, **values: object) -> Message:
        return self._templates.render(name, values)
