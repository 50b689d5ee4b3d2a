"""The README against the program; `UPDATE_DOCS=1 make test ARGS=tests/docs` renews its settings table."""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path

import pytest

from bot.cli.arguments import build_parser
from bot.config import SETTINGS
from bot.domain.query import HeatLevel, NameKind, NumberKind, Sort
from bot.slack.commands import Verb

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
BEGIN = "<!-- settings: checked against bot/config by the tests -->\n"
END = "<!-- /settings -->"
SLASH_VERBS = ["forget me" if verb is Verb.FORGET else verb for verb in Verb if verb is not Verb.FRONT]


@pytest.fixture(scope="module")
def readme() -> str:
    return README.read_text(encoding="utf-8")


def settings_table() -> str:
    rows = ["| setting | default | meaning |", "| --- | --- | --- |"]
    for setting in SETTINGS:
        default = f"`{setting.default}`" if setting.default else ""
        secret = " (secret)" if setting.secret else ""
        rows.append(f"| `{setting.name}` | {default} | {setting.help}{secret} |")
    return "\n".join(rows) + "\n"


def verbs() -> dict[str, argparse.ArgumentParser]:
    for action in build_parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    raise AssertionError("the parser has no verbs")


def test_settings_table_is_that_of_the_code(readme: str) -> None:
    before, _, rest = readme.partition(BEGIN)
    written, _, after = rest.partition(END)
    if os.environ.get("UPDATE_DOCS"):
        README.write_text(before + BEGIN + settings_table() + END + after, encoding="utf-8")
        pytest.skip("UPDATE_DOCS is set: the settings table was written anew")
    assert written == settings_table()


def test_every_verb_and_option_of_the_command_line_is_in_the_readme(readme: str) -> None:
    commands = readme.partition("## Commands")[2].partition("\n## ")[0]
    for name, parser in verbs().items():
        assert re.search(rf"^\| `{name}\b", commands, re.MULTILINE), f"the verb {name} is missing"
        for option in (text for action in parser._actions for text in action.option_strings):
            if option.startswith("--"):
                assert option in commands, f"{name} {option} is missing"


def test_every_verb_has_help() -> None:
    for name, parser in verbs().items():
        assert parser.description, name
        for action in parser._actions:
            assert action.help, f"{name} {action.dest}"


@pytest.mark.parametrize("verb", SLASH_VERBS)
def test_every_slash_command_is_in_the_readme(readme: str, verb: str) -> None:
    assert f"`/news {verb}" in readme


def test_every_filter_is_in_the_readme(readme: str) -> None:
    names = [*NameKind, *NumberKind, "source", "since", "until", "is"]
    values = [f"sort:{sort}" for sort in Sort] + [f"heat:{level}" for level in HeatLevel]
    for text in [f"`{name}:" for name in names] + values:
        assert text in readme, text


def test_both_commands_stand_in_the_first_25_lines(readme: str) -> None:
    top = readme.splitlines()[:25]
    assert any(line.startswith("make run") for line in top)
    assert any(line.startswith("make test") for line in top)


def test_files_and_sections_that_the_readme_names_exist(readme: str) -> None:
    anchors = {
        re.sub(r"[^\w -]", "", title.lower()).strip().replace(" ", "-")
        for title in re.findall(r"^#+ (.+)$", readme, re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)]+)\)", readme):
        if target.startswith("#"):
            assert target[1:] in anchors, target
        elif "://" not in target:
            assert (ROOT / target).exists(), target
    for path in re.findall(r"`((?:bot|deploy|briefs|tests)/[\w./-]*)`", readme):
        assert (ROOT / path).exists(), path


def test_no_document_names_a_machine_or_a_registry() -> None:
    pattern = re.compile(r"/work/|/root/|/home/\w|pypi\.org|files\.pythonhosted|registry\.npmjs|deb\.debian")
    files = [
        ROOT / "README.md",
        *ROOT.glob("requirements*.txt"),
        *ROOT.glob("deploy/*"),
    ]
    for file in files:
        if file.is_file() and file.suffix != ".png":
            assert not pattern.search(file.read_text(encoding="utf-8")), file
