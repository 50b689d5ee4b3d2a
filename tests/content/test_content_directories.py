"""The providers and topics folders: what they say, and what is wrong with their files."""

from __future__ import annotations

from pathlib import Path

from bot.content.directories import load_directory
from bot.domain.brief import Image
from bot.domain.directory import Directory, ProviderEntry, TopicEntry

PROVIDER = """---
taxonomy: organization
_id: mit.edu
name: MIT
domain: www.MIT.edu
description: A university
otherNames:
  - Massachusetts Institute of Technology
images:
  - url: /logos/mit.png
    width: 50
    height: 50
---
"""
TOPIC = """taxonomy: topic
_id: ai
name: AI
shortname: AI
description: Machine Learning
parent: Google Cloud
keywords:
  - artificial intelligence
  - automl
images:
  - https://a.example/ai.jpg
services:
  news: https://a.example/api/"""


def folders(root: Path, **files: str) -> tuple[list[str], list[str]]:
    """Folders with the named files: `providers__x_md` is `providers/x.md`."""
    for folder in ("providers", "topics"):
        (root / folder).mkdir(exist_ok=True)
    for name, text in files.items():
        folder, _, file = name.partition("__")
        (root / folder / ".".join(file.rsplit("_", 1))).write_text(text, encoding="utf-8")
    return [str(root / "providers")], [str(root / "topics")]


def test_both_formats_are_read_with_other_names_and_without_other_keys(tmp_path: Path) -> None:
    directory, problems = load_directory(
        *folders(tmp_path, providers__mit_md=PROVIDER, topics__ai_yaml=TOPIC)
    )
    assert problems == ()
    assert directory.providers == {
        "mit.edu": ProviderEntry(
            domain="www.MIT.edu",
            name="MIT",
            other_names=("Massachusetts Institute of Technology",),
            images=(Image(url="/logos/mit.png", width=50, height=50),),
        )
    }
    assert directory.topics == {
        "ai": TopicEntry(
            name="AI", parent="Google Cloud", short_name="AI", keywords=("artificial intelligence", "automl")
        )
    }


def test_folders_that_do_not_exist_are_empty(tmp_path: Path) -> None:
    assert load_directory([str(tmp_path / "no")], [str(tmp_path / "neither")]) == (Directory(), ())


def test_a_bad_file_is_a_problem_and_the_rest_goes_on(tmp_path: Path) -> None:
    files = folders(
        tmp_path,
        providers__a_md="no front matter",
        providers__b_md=PROVIDER.replace("width: 50", "width: wide"),
        providers__c_md="---\nname: Nameless\n---\n",
        providers__d_md=PROVIDER,
        topics__a_yaml="name: One: two\n",
        topics__b_yaml="keywords: x\nname: B\n",
        topics__c_yaml="- a\n",
        topics__d_yaml=TOPIC,
        topics__e_yaml="description: x\n",
    )
    (tmp_path / "topics" / "f.yaml").write_bytes(b"name: \xff\n")
    directory, problems = load_directory(*files)
    assert (list(directory.providers), list(directory.topics)) == (["mit.edu"], ["ai"])
    assert [(Path(p.path).name, p.line, p.column, p.field) for p in problems] == [
        ("a.md", 1, 1, ""),
        ("b.md", 11, 12, "images[0].width"),
        ("c.md", 2, 1, "domain"),
        ("a.yaml", 1, 10, "name"),
        ("b.yaml", 1, 11, "keywords"),
        ("c.yaml", 1, 1, ""),
        ("e.yaml", 1, 1, "name"),
        ("f.yaml", 1, 7, ""),
    ]


def test_of_two_files_for_one_domain_the_first_stays(tmp_path: Path) -> None:
    other = PROVIDER.replace("www.MIT.edu", "mit.edu").replace("name: MIT", "name: Other")
    directory, problems = load_directory(*folders(tmp_path, providers__a_md=PROVIDER, providers__b_md=other))
    assert directory.providers["mit.edu"].name == "MIT"
    assert [(Path(problem.path).name, problem.is_error) for problem in problems] == [("b.md", False)]


def test_readme_hidden_files_and_other_taxonomies_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "providers").mkdir()
    (tmp_path / "providers" / ".x.md").write_text("x", encoding="utf-8")
    files = folders(
        tmp_path, providers__README_md="x", providers__t_md=f"---\n{TOPIC}\n---\n", providers__n_txt="x"
    )
    assert load_directory(*files) == (Directory(), ())


def test_the_corpus_folders_are_read_without_a_problem(corpus: Path) -> None:
    directory, problems = load_directory([str(corpus / "organizations")], [str(corpus / "topics")])
    assert problems == ()
    assert (len(directory.providers), len(directory.topics)) == (70, 10)
    assert directory.topics["ai"].parent == "Google Cloud"
    assert any(entry.other_names for entry in directory.providers.values())
