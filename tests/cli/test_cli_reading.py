from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Newsbrief, write_brief


def test_check_is_silent_and_content_with_good_briefs(newsbrief: Newsbrief) -> None:
    outcome = newsbrief("check")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")


def test_check_names_place_field_and_remedy_of_every_problem(newsbrief: Newsbrief, folder: Path) -> None:
    (folder / "broken.md").write_text("---\ntitle: 5\nheat: warm\npublishedDateTime: 2021-02-30\n---\n")
    outcome = newsbrief("check", "briefs")
    assert outcome.code == 1
    assert all(line.startswith("briefs/broken.md:") for line in outcome.lines)
    fields = {line.split(": ")[2] for line in outcome.lines if ": error: " in line}
    assert {"heat", "publishedDateTime"} <= fields
    assert all("Traceback" not in line for line in outcome.lines)


def test_check_as_json_gives_one_object_a_line_with_the_contract_keys(
    newsbrief: Newsbrief, folder: Path
) -> None:
    (folder / "empty.md").write_text("")
    outcome = newsbrief("check", "--format", "json")
    problem = json.loads(outcome.lines[0])
    assert list(problem) == ["path", "line", "column", "severity", "field", "message", "hint"]
    assert (problem["path"], problem["line"], problem["severity"]) == ("briefs/empty.md", 1, "error")
    assert problem["field"] is None
    assert outcome.code == 1


def test_warnings_alone_leave_exit_code_zero(newsbrief: Newsbrief, folder: Path) -> None:
    path = write_brief(folder, "spelled", "A key is spelled wrong")
    path.write_text(path.read_text().replace("excerpt:", "exerpt:"))
    outcome = newsbrief("check")
    assert outcome.code == 0
    assert "warning: exerpt:" in outcome.out
    assert "excerpt" in outcome.out


def test_search_syncs_first_and_says_so_on_stderr(newsbrief: Newsbrief) -> None:
    outcome = newsbrief("search", "clearvew")
    assert "There is no index of briefs yet" in outcome.err
    assert "Canada tells Clearview AI to stop" in outcome.out
    assert newsbrief("search", "clearview").err == ""


def test_search_as_json_is_one_object_of_the_contract(newsbrief: Newsbrief) -> None:
    outcome = newsbrief("search", "clearvew", "--json")
    answer = json.loads(outcome.out)
    assert list(answer) == ["query", "ms", "suggestion", "hits"]
    assert (answer["query"], answer["suggestion"]) == ("clearvew", "clearview")
    hit = answer["hits"][0]
    assert list(hit) == [
        "slug",
        "title",
        "url",
        "provider",
        "published_at",
        "heat",
        "quality",
        "score",
    ]
    assert hit["slug"] == "clearview-in-canada"
    assert hit["published_at"] == "2021-02-03T08:00:00Z"
    assert (hit["provider"], hit["heat"], hit["quality"]) == ("Example Times", 107, 80)


def test_nothing_found_is_exit_code_zero(newsbrief: Newsbrief) -> None:
    outcome = newsbrief("search", "zxqwv")
    assert (outcome.code, outcome.out) == (0, "Nothing found.\n")


def test_a_word_with_a_dash_excludes(newsbrief: Newsbrief) -> None:
    answer = json.loads(newsbrief("search", "--json", "topic:AI", "-clearview").out)
    assert answer["query"] == "topic:AI -clearview"
    assert answer["hits"] == []


def test_impossible_filter_is_a_sentence_and_exit_code_two(newsbrief: Newsbrief) -> None:
    outcome = newsbrief("search", "heat:warm")
    assert outcome.code == 2
    assert outcome.out == ""
    assert "warm" in outcome.err


def test_search_needs_something_to_search_for(newsbrief: Newsbrief) -> None:
    assert newsbrief("search").code == 2
    assert newsbrief("search", "--stdin", "x").code == 2
    assert newsbrief("search", "--limit", "0", "x").code == 2


def test_search_explains_itself(newsbrief: Newsbrief) -> None:
    outcome = newsbrief("search", "--explain", "clearvew")
    assert outcome.code == 0
    assert "clearview" in outcome.out


def test_stdin_answers_each_line_in_order_and_names_bad_ones(folder: Path) -> None:
    lines = [
        b"clearvew",
        b'{"id": "a", "query": "kubernetes", "kind": "ignored"}',
        b'{"query": "clearview"}',
        b'{"id": 7, "query": 5}',
        b"{broken",
        b"\xff\xfe",
        b"heat:warm",
        b"",
        b"zxqwv",
    ]
    answered = subprocess.run(
        [sys.executable, "-m", "bot", "search", "--stdin"],
        input=b"\n".join(lines) + b"\n",
        capture_output=True,
        check=False,
        cwd=folder.parent,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])},
    )
    answers = [json.loads(line) for line in answered.stdout.splitlines()]
    assert answered.returncode == 0
    assert [answer["id"] for answer in answers] == [1, "a", 3, 4, 5, 6, 7, 8, 9]
    assert [answer["results"][:1] for answer in answers[:3]] == [
        ["clearview-in-canada"],
        ["kubernetes-costs"],
        ["clearview-in-canada"],
    ]
    assert all(answer["error"] and answer["results"] == [] for answer in answers[3:8])
    assert "error" not in answers[8]
    assert answers[8]["results"] == []


@pytest.mark.parametrize("name", ["clearview-in-canada", "briefs/clearview-in-canada.md"])
def test_render_brief_prints_the_exact_message(newsbrief: Newsbrief, name: str) -> None:
    message = json.loads(newsbrief("render", "brief", name).out)
    assert set(message) == {"text", "blocks"}
    assert "Canada tells Clearview AI to stop" in message["text"]


def test_unknown_slug_names_the_nearest(newsbrief: Newsbrief) -> None:
    outcome = newsbrief("render", "brief", "clearview-in-cananda")
    assert outcome.code == 2
    assert "Did you mean clearview-in-canada?" in outcome.err


def test_a_broken_file_is_not_rendered_and_its_problems_are_named(newsbrief: Newsbrief, folder: Path) -> None:
    (folder / "broken.md").write_text("no front matter\n")
    outcome = newsbrief("render", "brief", "briefs/broken.md")
    assert outcome.code == 2
    assert "briefs/broken.md:1:1: error" in outcome.err


def test_hostile_title_cannot_rewrite_the_terminal(newsbrief: Newsbrief, folder: Path) -> None:
    write_brief(folder, "hostile", "Clearview \\e[2J\\u202Eevil <!channel>")
    out = newsbrief("search", "evil").out
    assert "\x1b" not in out
    assert "\u202e" not in out


def test_the_index_is_read_as_it_stands_whatever_the_default_folder(
    newsbrief: Newsbrief, folder: Path
) -> None:
    other = folder.with_name("other")
    other.mkdir()
    write_brief(other, "wombats", "Wombats vote")
    newsbrief("sync", "--briefs", "other")
    outcome = newsbrief("search", "wombats")
    assert (outcome.err, "Wombats vote" in outcome.out) == ("", True)


def test_a_question_about_other_folders_leaves_the_index_alone(newsbrief: Newsbrief, folder: Path) -> None:
    newsbrief("sync")
    other = folder.with_name("other")
    other.mkdir()
    write_brief(other, "wombats", "Wombats vote")
    outcome = newsbrief("search", "wombats", "--briefs", "other")
    assert "reading other for this question only" in outcome.err
    assert "Wombats vote" in outcome.out
    assert "Clearview" in newsbrief("search", "clearview").out
    assert newsbrief("search", "wombats").out == "Nothing found.\n"


def test_the_same_folders_in_another_order_are_the_same_index(newsbrief: Newsbrief, folder: Path) -> None:
    folder.with_name("other").mkdir()
    newsbrief("sync", "--briefs", "briefs:other")
    assert (
        newsbrief("search", "clearview", "--briefs", "./other:../" + folder.parent.name + "/briefs").err == ""
    )


@pytest.mark.parametrize("arguments", [["--explain", "--json", "x"], ["--explain", "--stdin"]])
def test_an_explanation_is_for_people_alone(newsbrief: Newsbrief, arguments: list[str]) -> None:
    outcome = newsbrief("search", *arguments)
    assert outcome.code == 2
    assert "--explain is for people" in outcome.err


def test_provider_without_a_name_is_the_host_of_the_article(newsbrief: Newsbrief, folder: Path) -> None:
    path = write_brief(folder, "nameless", "Wombats vote")
    text = path.read_text()
    path.write_text(text.replace("provider:\n  name: Example Times\n  domain: example.com\n", ""))
    assert json.loads(newsbrief("search", "--json", "wombats").out)["hits"][0]["provider"] == "example.com"


def test_rendering_a_hidden_brief_says_that_no_reader_gets_it(newsbrief: Newsbrief, folder: Path) -> None:
    path = write_brief(folder, "hidden", "Wombats vote")
    path.write_text(path.read_text().replace("published: true", "published: false"))
    outcome = newsbrief("render", "brief", "hidden")
    assert outcome.code == 0
    assert "No reader gets this brief now" in outcome.err
    json.loads(outcome.out)


def test_a_slug_like_nothing_else_gets_no_guess(newsbrief: Newsbrief) -> None:
    assert (
        "Did you mean"
        not in newsbrief("render", "brief", "z-clearview-zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz").err
    )


@pytest.mark.parametrize("locale", [{"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {}])
def test_output_is_utf8_whatever_the_locale(folder: Path, locale: dict[str, str]) -> None:
    write_brief(folder, "accents", "Ça marche à Zürich")
    answered = newsbrief_process(folder, "search", "zurich", **locale)
    assert answered.returncode == 0
    assert "Ça marche à Zürich" in answered.stdout.decode()


def test_closed_output_and_input_are_no_traceback(folder: Path) -> None:
    closed = newsbrief_process(folder, "search", "--stdin", redirected="{} <&-")
    assert (closed.returncode, b"closed" in closed.stderr) == (2, True)
    silent = newsbrief_process(folder, "sync", redirected="{} >&-")
    assert (silent.returncode, silent.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_under_the_output_is_a_sentence(folder: Path) -> None:
    full = newsbrief_process(folder, "config", redirected="{} >/dev/full")
    assert full.returncode == 3
    assert full.stderr.decode().count("\n") == 1
    assert b"No space left" in full.stderr


def newsbrief_process(
    folder: Path, *arguments: str, redirected: str = "{}", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    command = shlex.join([sys.executable, "-m", "bot", *arguments])
    return subprocess.run(
        ["/bin/sh", "-c", redirected.format(command)],
        capture_output=True,
        check=False,
        cwd=folder.parent,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])} | environment,
    )
