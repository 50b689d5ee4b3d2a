"""How text becomes words, in many scripts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.brief import Article, Brief, Provider
from bot.domain.searchable import searchable
from bot.domain.text import LONGEST, fold, words


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Kubernetes’ 5G: Müller", ["kubernetes", "5g", "muller"]),
        ("citizens' O'Reilly don`t", ["citizens", "oreilly", "dont"]),
        ("cloud-native, re:Invent 12:30", ["cloud", "native", "re", "invent", "12", "30"]),
        ("Straße STRASSE ẞ", ["strasse", "strasse", "ss"]),
        ("ﬁnance œuvre Æon", ["finance", "oeuvre", "aeon"]),
        ("ＡＩ　ｎｅｗｓ １２", ["ai", "news", "12"]),
        ("Łódź Malmø Đà Nẵng", ["lodz", "malmo", "da", "nang"]),
        ("İstanbul ISTANBUL ışık", ["istanbul", "istanbul", "isik"]),
        ("人工知能", ["人工", "工知", "知能"]),
        ("AIの未来", ["ai", "の未", "未来"]),
        ("中", ["中"]),
        ("한국어 뉴스", ["한국", "국어", "뉴스"]),
        ("Привет, ЁЛКА", ["привет", "елка"]),
        ("الذَّكاء الاصطناعي", ["ذكاء", "اصطناعي"]),
        ("والصحافة بالنفط للأسواق مـــشروع على", ["صحافه", "نفط", "اسواق", "مشروع", "علي"]),
        ("الله المانيا وكالة", ["الله", "مانيا", "وكاله"]),
        ("עִבְרִית", ["עברית"]),
        ("Αθήνα ΑΘΗΝΑ", ["αθηνα", "αθηνα"]),
        ("C++ and C# and F#", ["cpp", "and", "csharp", "and", "fsharp"]),
        ("a\x00b\ud800c\u200bd", ["a", "bcd"]),
        ("🙂 — … !", []),
    ],
)
def test_words_of_a_text(text: str, wanted: list[str]) -> None:
    assert words(text) == wanted


@given(st.text(max_size=200))
def test_words_are_letters_and_digits_and_their_own_words(text: str) -> None:
    tokens = words(text)
    assert all(token.isalnum() and len(token) <= LONGEST for token in tokens)
    assert [again for token in tokens for again in words(token)] == tokens


@given(st.text(alphabet=st.characters(max_codepoint=0x24F), max_size=60))
def test_case_makes_no_difference(text: str) -> None:
    assert fold(text.upper()) == fold(text.upper().lower())


def test_searchable_holds_title_names_and_what_is_related() -> None:
    text = searchable(
        Brief(
            slug="x",
            title="Clearview’s photos",
            excerpt="Without permission",
            provider=Provider(name="The Next Web", domain="thenextweb.com"),
            topics=("Computer Vision",),
            related=(Article(title="Ruled illegal"),),
        )
    )
    assert text.title == "clearviews photos"
    assert text.meta == "the next web thenextweb com computer vision"
    assert text.body == "without permission ruled illegal"


ODD = st.sampled_from(
    ["C++", "日本", "が", "\u3099x", "Σ", "ΑΣ", "İ", "'s", "e\u0301", "\u0301x", "#", "+", "والكتاب", ""]
)


@given(st.lists(st.text(max_size=10) | ODD, max_size=5))
def test_words_of_several_texts_are_theirs_one_after_the_other(texts: list[str]) -> None:
    topics = Brief(slug="x", title="-", topics=tuple(texts))
    assert searchable(topics).meta.split() == [word for text in texts for word in words(text)]
