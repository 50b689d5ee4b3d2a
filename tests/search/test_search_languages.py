"""Briefs in other languages, asked for in their own words: with and without marks, other cases, typos."""

from __future__ import annotations

from datetime import UTC

import pytest

from bot.search import Search
from tests.search.making import brief, search_over, titles

GERMAN = "Bundesverfassungsgericht prüft Überwachungssoftware"
PRIVACY = "Datenschutzgrundverordnung beschlossen"
ZURICH = "Café in Zürich eröffnet"
TRAM = "Müller übernimmt Straßenbahn in Köln"
FRENCH = "Un hors-d'œuvre à l'hôpital de Besançon"
NOEL = "Éléphants déçus à Noël"
DANISH = "Smørrebrød i Århus"
POLISH = "Łódź buduje tramwaj"
TURKISH = "İstanbul'da ışık festivali başladı"
TOWN = "Diyarbakır'da yağmur"
GREEK = "Κυβερνητικός εκπρόσωπος στην Αθήνα"
WORLD = "Ο κόσμος αλλάζει γρήγορα"
WIDE = "Ｔｈｅ ＡＷＳ region ｏｐｅｎｓ"
LIGATURE = "The ﬁnance oﬃce moves"
SCHOLAR = "Encyclopædia of archæology"
RUSSIAN = "Санкции против Газпрома"
SPRUCE = "Зелёный свет для ёлочного базара"
SCIENCE = "Правительство обсуждает искусственный интеллект"
ARABIC = "الذكاء الاصطناعي في الصحافة"
OIL = "أسعار النفط ترتفع في الأسواق"
SCHOOL = "مَدْرَسَة جديدة في القاهرة"
PROJECT = "إطلاق مـــشروع الطاقة"
JAPANESE = "人工知能の未来について語る"
POWER = "東京電力が新しい発電所を建設"
KATAKANA = "データセンターの省エネ"
CHINESE = "谷歌云计算平台发布新功能"
BEIJING = "北京大学研究机器人"
KOREAN = "인공지능 기술이 발전한다"
SAMSUNG = "삼성전자 반도체 공장"
HEBREW = "ממשלת ישראל דנה בתקציב"
HINDI = "हिन्दी समाचार पत्र"
THAI = "ธนาคารแห่งประเทศไทย"
TITLES = (
    GERMAN, PRIVACY, ZURICH, TRAM, FRENCH, NOEL, DANISH, POLISH, TURKISH, TOWN, GREEK, WORLD, WIDE, LIGATURE,
    SCHOLAR, RUSSIAN, SPRUCE, SCIENCE, ARABIC, OIL, SCHOOL, PROJECT, JAPANESE, POWER, KATAKANA, CHINESE,
    BEIJING, KOREAN, SAMSUNG, HEBREW, HINDI, THAI, "Something else entirely",
)  # fmt: skip
ASKED = {
    GERMAN: ("bundesverfassung", "ueberwachung", "überwachung software", "ueberwachungssoftware", "PRÜFT",
             "uberwachungssoftware", "prueft", "Bundesverfasungsgericht", "verfassungsgericht",
             "gericht", "überwachungssofware"),
    PRIVACY: ("datenschutz", "Datenschutz beschlossen", "datenschutz grundverordnung",
              "Datenschutz-Grundverordnung", "datenschutzgrundverodnung", "grundverordnung", "verordnung"),
    ZURICH: ("cafe", "café", "CAFÉ", "cafe\u0301", "zurich", "zürich", "zuerich", "Zürihc",
             "eroeffnet", "eroffnet"),
    TRAM: ("mueller", "muller", "MÜLLER", "strassenbahn", "STRASSENBAHN", "STRAẞENBAHN", "strasenbahn",
           "koeln", "koln", "uebernimmt", "ubernimt"),
    FRENCH: ("oeuvre", "œuvre", "ŒUVRE", "hors d oeuvre", "hopital", "l'hopital", "l’hôpital", "besancon"),
    NOEL: ("elephants", "éléphant", "e\u0301le\u0301phants", "noel", "NOËL", "decus", "elefants"),
    DANISH: ("smorrebrod", "smoerrebroed", "arhus", "aarhus", "Århus"),
    POLISH: ("lodz", "łódź", "ŁÓDŹ", "tramvaj"),
    TURKISH: ("istanbul", "İSTANBUL", "ISTANBUL", "ışık", "isik", "IŞIK", "işik", "basladi", "festivalı"),
    TOWN: ("diyarbakir", "DİYARBAKIR", "DIYARBAKIR", "diyarbakır", "yagmur", "YAĞMUR"),
    GREEK: ("κυβερνητικος", "ΚΥΒΕΡΝΗΤΙΚΟΣ", "εκπρόσωπος", "ΕΚΠΡΟΣΩΠΟΣ", "εκπροσοπος", "αθηνα", "ΑΘΗΝΑ"),
    WORLD: ("κόσμος", "ΚΟΣΜΟΣ", "κοσμοσ", "κόσμοσ γρηγορα"),
    WIDE: ("aws", "ＡＷＳ", "ａｗｓ　ｒｅｇｉｏｎ", "opens"),
    LIGATURE: ("finance", "ﬁnance", "FINANCE", "office", "oﬃce", "finence ofice"),
    SCHOLAR: ("encyclopaedia", "encyclopedia", "archaeology", "archeology", "ARCHÆOLOGY"),
    RUSSIAN: ("санкции", "САНКЦИИ", "санкцыи", "санкций", "газпром", "гаспрома"),
    SPRUCE: ("зеленый", "зелёный", "ЗЕЛЁНЫЙ", "елочного", "зеленый свт"),
    SCIENCE: ("искуственный интелект", "правителство", "ИНТЕЛЛЕКТ", "правительсвто интелект"),
    ARABIC: ("الذكاء", "ذكاء", "الذَّكاء", "ذكاء اصطناعي", "الاصطناعى", "اصطناعي", "صحافة",
             "الصحافه", "والصحافة"),
    OIL: ("أسعار النفط", "اسعار النفط", "نفط", "أسواق", "الاسواق", "بالأسواق", "للأسواق", "اسعر النفط"),
    SCHOOL: ("مدرسة", "مَدرسة", "مدرسه", "القاهرة", "قاهرة", "القاهره"),
    PROJECT: ("مشروع", "مشـــروع", "اطلاق مشروع", "إطلاق", "طاقة"),
    JAPANESE: ("人工知能", "知能", "未来", "人工智能の未来", "人工知脳", "久工知能", "人工知"),
    POWER: ("東京", "電力", "東京電力", "発電所", "東京電刀"),
    KATAKANA: ("データ", "データセンター", "ﾃﾞｰﾀｾﾝﾀｰ", "データセソター", "センター"),
    CHINESE: ("平台", "云计算", "谷歌云计算", "谷哥云计算", "新功能"),
    BEIJING: ("北京", "大学", "北京大学", "北京大字"),
    KOREAN: ("인공", "지능", "인공지능", "인공지눙", "기술"),
    SAMSUNG: ("삼성", "삼성전자", "삼성전지", "반도체"),
    HEBREW: ("ישראל", "ישרל", "תקציב"),
    HINDI: ("हिन्दी", "हिन्दि", "समाचार"),
    THAI: ("ธนาคาร", "ประเทศ", "ประเทศไทย"),
}  # fmt: skip


@pytest.fixture(scope="module")
def search() -> Search:
    """One index of all languages: what is found is not found for want of anything else."""
    return search_over(
        brief(title, slug=f"brief-{number}", provider="Gazette", domain="gaz.example")
        for number, title in enumerate(TITLES)
    )


@pytest.mark.parametrize(
    ("title", "asked"), [(title, asked) for title, queries in ASKED.items() for asked in queries]
)
async def test_brief_is_found_in_its_language(search: Search, title: str, asked: str) -> None:
    assert (await titles(search, asked))[:1] == [title]


@pytest.mark.parametrize(
    "text",
    ["ビール", "葡萄", "подсолнух", "نظارات", "Schmetterling", "ηλιοβασίλεμα", "나비", "פרפר", "तितली"],
)
async def test_other_words_of_a_language_find_nothing(search: Search, text: str) -> None:
    assert await titles(search, text) == []


async def test_found_words_are_named_for_bold_print(search: Search) -> None:
    hits = (await search.ask("zuerich café", UTC)).hits
    assert hits[0].matched == ("zurich", "cafe")
    assert (await search.ask("الذكاء", UTC)).hits[0].matched == ("ذكاء",)
