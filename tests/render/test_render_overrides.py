from __future__ import annotations

import logging
from dataclasses import fields
from pathlib import Path

import pytest

from bot.domain.problem import Problem, Severity
from bot.render import Renderer, alerts, editions, owed_pages, pages, pieces, views
from bot.render.engine import BUILT_IN, FILTERS
from bot.render.samples import SAMPLES
from tests.render.render_helpers import SCALE, a_brief, a_result, complaints, many_related

BUILT = Renderer().brief(a_brief(), SCALE)


def override(folder: Path, source: str, name: str = "brief.json.j2") -> Renderer:
    (folder / name).write_text(source, encoding="utf-8")
    return Renderer(templates=str(folder))


def only_problem(renderer: Renderer) -> Problem:
    assert len(renderer.problems) == 1, renderer.problems
    return renderer.problems[0]


def test_built_in_templates_have_no_problems_with_samples(tmp_path: Path) -> None:
    assert Renderer(templates=str(tmp_path)).problems == ()


def test_override_extends_the_built_in_template(tmp_path: Path) -> None:
    renderer = override(
        tmp_path,
        '{% extends "default:brief.json.j2" %}\n{% block blocks %}\n'
        '{"type": "header", "text": {"type": "plain_text", "text": {{ brief.title }}, "emoji": false}},\n'
        "{{ super()|raw }}\n{% endblock %}\n",
    )
    assert renderer.problems == ()
    message = renderer.brief(a_brief(), SCALE)
    assert message.blocks[0]["text"]["text"] == "Canada tells Clearview AI to stop"
    assert message.blocks[1:] == BUILT.blocks
    assert complaints(message) == []


def test_override_replaces_the_built_in_template(tmp_path: Path) -> None:
    renderer = override(
        tmp_path,
        '{"text": {{ brief.title|mrkdwn }}, "blocks": [{"type": "section", "text": '
        '{"type": "mrkdwn", "verbatim": true, "text": {{ brief.title|link(brief.url) }}}},]}',
    )
    assert renderer.problems == ()
    title = 'He said "<!channel>" \\ {{ braces }}'
    message = renderer.brief(a_brief(title=title), SCALE)
    assert message.text == 'He said "&lt;!channel&gt;" \\ {{ braces }}'
    assert len(message.blocks) == 1


def test_override_of_a_part_reaches_every_message_that_includes_it(tmp_path: Path) -> None:
    renderer = override(tmp_path, '{"type": "divider"},', "related_row.json.j2")
    assert renderer.problems == ()
    brief = a_brief(related=many_related(2))
    assert str(renderer.brief(brief, SCALE).blocks).count("divider") == 2
    assert str(renderer.related(brief).blocks).count("divider") == 2


LONG_HEADER = """{"text": "a", "blocks": [
{"type": "divider"},
{"type": "header", "text": {"type": "plain_text", "text": {{ "word " * 40 }}}}
]}"""
SIXTY_BLOCKS = """{"text": "a", "blocks": [
{% for n in range(60) %}
{"type": "divider"},
{% endfor %}
]}"""
MISTAKES = {
    "syntax": ('{\n"text": "a",\n{% if %}\n"blocks": []}', 3, "this is not Jinja"),
    "unfinished": ('{"text": "a",\n{% block blocks %}\n', 2, "this is not Jinja"),
    "unknown variable": ('{\n"text": {{ brief.titel }},\n"blocks": []}', 2, "titel"),
    "unknown variable in a filter": ('{\n\n"text": {{ nobody|mrkdwn }},\n"blocks": []}', 3, "'nobody'"),
    "unknown filter": ('{\n"text": {{ brief.title|upcase }}, "blocks": []}', 2, "upcase"),
    "unknown template": ('\n\n{% extends "default:breif.json.j2" %}', 3, "breif.json.j2"),
    "quoted hole": ('{\n"text":\n"{{ brief.title }}",\n"blocks": []}', 3, "not JSON"),
    "missing comma": ('{\n"text": "a"\n\n"blocks": []}', 4, "not JSON"),
    "nothing": ("", 1, "not JSON"),
    "not an object": ("[]", 1, "not a message"),
    "no text": ('{"blocks": []}', 1, "not a message"),
    "blocks of strings": ('{"text": "a", "blocks": ["x"]}', 1, "not a message"),
    "misspelt key": ('{"text": "a", "blocsk": []}', 1, "blocsk"),
    "not a number": ('{"text": "a", "blocks": NaN}', 1, "NaN"),
    "whole object": ('{\n"text": {{ brief }}, "blocks": []}', 2, "BriefView cannot stand in a message"),
    "over a limit": (LONG_HEADER, 3, "at most 150"),
    "too many blocks": (SIXTY_BLOCKS, 1, "60 blocks"),
    "unknown block": ('{"text": "a", "blocks": [\n\n{"type": "sectoin"}]}', 3, "sectoin"),
    "no escape from the sandbox": ('{\n"text": {{ "".__class__.__mro__ }}, "blocks": []}', 2, "__class__"),
    "division by zero": ('{\n\n"text": {{ 1 // 0 }}, "blocks": []}', 3, "ZeroDivisionError"),
    "itself without end": ('{% include "brief.json.j2" %}', 1, "RecursionError"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_is_reported_with_its_line_and_the_built_in_template_is_used(
    tmp_path: Path, name: str
) -> None:
    source, line, says = MISTAKES[name]
    renderer = override(tmp_path, source)
    problem = only_problem(renderer)
    assert (problem.path, problem.line, problem.severity) == (
        str(tmp_path / "brief.json.j2"),
        line,
        Severity.ERROR,
    )
    assert says in problem.message
    assert "built-in" in problem.hint
    assert renderer.brief(a_brief(), SCALE) == BUILT


def test_mistake_after_loops_and_inherited_blocks_is_found_at_its_own_line(tmp_path: Path) -> None:
    source = (
        '{% extends "default:brief.json.j2" %}\n'
        "{% block blocks %}\n"
        "{{ super()|raw }}\n"
        "{% for topic in brief.topics %}\n"
        '{"type": "divider"},\n'
        "{% endfor %}\n"
        '{"type": "context", "elements": "nothing"},\n'
        "{% endblock %}\n"
    )
    assert only_problem(override(tmp_path, source)).line == 7


def test_mistake_that_shows_only_in_a_bare_brief_is_found(tmp_path: Path) -> None:
    source = '{"text": "a", "blocks": [\n{% if not brief.image %}\n{{ brief.image.url }}\n{% endif %}\n]}'
    assert only_problem(override(tmp_path, source)).line == 3


def test_broken_part_is_reported_once_and_no_message_uses_it(tmp_path: Path) -> None:
    renderer = override(tmp_path, "\n{{ nonsense }}", "card.json.j2")
    problem = only_problem(renderer)
    assert (problem.path, problem.line) == (str(tmp_path / "card.json.j2"), 2)
    assert renderer.brief(a_brief(), SCALE) == BUILT
    assert complaints(renderer.results(a_result(a_brief()), SCALE)) == []


def test_file_that_nobody_uses_is_a_warning_with_the_nearest_name(tmp_path: Path) -> None:
    problem = only_problem(override(tmp_path, "{}", "breif.json.j2"))
    assert problem.severity is Severity.WARNING
    assert "brief.json.j2" in problem.hint


def test_file_that_another_template_includes_is_no_problem(tmp_path: Path) -> None:
    (tmp_path / "mine.j2").write_text('{"type": "divider"}')
    renderer = override(tmp_path, '{"text": "a", "blocks": [{% include "mine.j2" %}]}')
    assert renderer.problems == ()
    assert renderer.brief(a_brief(), SCALE).blocks == ({"type": "divider"},)


def test_file_that_is_no_utf8_or_no_file_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "help.json.j2").write_bytes(b"\xff\xfe{}")
    (tmp_path / "gone.json.j2").mkdir()
    renderer = Renderer(templates=str(tmp_path))
    assert [Path(problem.path).name for problem in renderer.problems] == ["help.json.j2"]
    assert "UTF-8" in renderer.problems[0].message
    assert renderer.help() == Renderer().help()


@pytest.mark.parametrize("failing", ["1 // 0", "{}[brief.title]"])
def test_template_that_fails_on_real_data_gives_way_and_is_logged_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, failing: str
) -> None:
    source = f'{{"text":\n{{{{ "a" if brief.title != "Odd" else {failing} }}}}, "blocks": []}}'
    renderer = override(tmp_path, source)
    assert renderer.problems == ()
    with caplog.at_level(logging.WARNING):
        messages = [renderer.brief(a_brief(title="Odd"), SCALE) for _ in range(3)]
    assert messages == [Renderer().brief(a_brief(title="Odd"), SCALE)] * 3
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "brief.json.j2 failed on real data at line 2" in caplog.text
    assert "Odd" not in caplog.text
    assert renderer.brief(a_brief(), SCALE).text == "a"


def test_long_real_data_in_an_override_is_shortened(tmp_path: Path) -> None:
    source = (
        '{"text": {{ brief.title }}, "blocks": [{"type": "header", "text": '
        '{"type": "plain_text", "emoji": false, "text": {{ brief.title }}}}]}'
    )
    message = override(tmp_path, source).brief(a_brief(title="word " * 60), SCALE)
    assert len(message.blocks[0]["text"]["text"]) <= 150
    assert complaints(message) == []


def test_every_message_has_samples_and_a_template() -> None:
    parts = {"card", "row", "related_row", "digest_piece", "digest_settings", "button"}
    assert {path.name.partition(".")[0] for path in BUILT_IN.glob("*.json.j2")} == set(SAMPLES) | parts


def test_readme_of_the_templates_names_everything_they_are_given() -> None:
    readme = (BUILT_IN / "README.md").read_text(encoding="utf-8")
    shown = [views.ArticleView, views.BriefView, views.RowView, views.Picture, views.Day]
    shown += [pages.ResultsPage, pages.NameRow, pages.StatusPage, pages.HeldRow]
    shown += [pieces.PieceView, pieces.CoverageLink, pieces.NoteView, editions.EditionPage]
    shown += [alerts.BundlePage, alerts.TopicButton, owed_pages.DigestRow, owed_pages.RunRow]
    shown += [owed_pages.AlertSettings, owed_pages.Choice, owed_pages.StageRow]
    names = {field.name for view in shown for field in fields(view)}
    names |= {key for samples in SAMPLES.values() for values in samples for key in values}
    names |= {path.name for path in BUILT_IN.glob("*.j2")} | {"command"}
    missing = {name for name in names if f"`{name}`" not in readme}
    assert missing == set()
    assert {name for name in FILTERS if f"`{name}" not in readme} == set()
