"""What is found, and in which order."""

from __future__ import annotations

from datetime import UTC

import pytest

from bot.domain.brief import Brief
from bot.search import Search
from tests.search.making import NOW, brief, search_over, titles, titles_of

SEED = "Canada (politely) asks Clearview AI to stop scraping citizens’ photos"
BRIEFS = (
    brief(SEED, heat=107, hours=14, topics=("AI",), related=("Clearview AI Raises Disquiet at Regulators",)),
    brief("Kubernetes engine gets safer containers", heat=60, hours=30, topics=("Containers",)),
    brief("BigQuery pricing explained", heat=40, hours=80),
    brief("Machine learning training costs fall", heat=30, hours=90, provider="Wired", domain="wired.com"),
    brief("An overview of airports and airlines", heat=20, hours=100, provider="ZDNet", domain="zdnet.com"),
    brief("Modernizing the colors of maps", heat=20, hours=110),
    brief("Company stories from the power grid", heat=20, hours=120),
    brief("Unread mail", heat=10, hours=130, excerpt="Why zelda players write so little"),
)


@pytest.fixture
def search() -> Search:
    return search_over(BRIEFS)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("clearview", SEED),
        ("clearvew", SEED),
        ("clear view", SEED),
        ("clearviewai", SEED),
        ("cleraview", SEED),
        ("celarview ai", SEED),
        ("learview", SEED),
        ("clearv", SEED),
        ("claerv", SEED),
        ("clearvewai", SEED),
        ("clea rvew", SEED),
        ("CLEARVIEW PHOTOS", SEED),
        ("photos clearview", SEED),
        ("photo of citizen", SEED),
        ("kubernets", "Kubernetes engine gets safer containers"),
        ("kubrentse", "Kubernetes engine gets safer containers"),
        ("big query", "BigQuery pricing explained"),
        ("bigqurey pricing", "BigQuery pricing explained"),
        ("modernising colours", "Modernizing the colors of maps"),
        ("story of a companies", "Company stories from the power grid"),
        ("what is kubernetes?", "Kubernetes engine gets safer containers"),
        ("latest news about bigquery", "BigQuery pricing explained"),
        ("how does pricing work", "BigQuery pricing explained"),
        ("pricing shuttlecock explained", "BigQuery pricing explained"),
        ("wired training", "Machine learning training costs fall"),
        ("wierd training", "Machine learning training costs fall"),
        ("zelda", "Unread mail"),
        (SEED, SEED),
        (f"{SEED} | The Next Web", SEED),
        ("#clearview/photos!", SEED),
    ],
)
async def test_brief_is_found_however_it_is_spelled(search: Search, text: str, first: str) -> None:
    assert (await titles(search, text))[:1] == [first]


@pytest.mark.parametrize("text", ["zxqwv", "chrysanthemum", "drizzle pottery", "🙂", "???", "\x00"])
async def test_nonsense_finds_nothing(search: Search, text: str) -> None:
    assert await titles(search, text) == []


OFF_TOPIC = (
    brief("Three cloud stocks to buy in May", excerpt="What the results mean, and why you must act tomorrow"),
    brief("AI Builder: Receipt scanning", excerpt="Ending all that typing"),
    brief("A doorbell says Hello", excerpt="It runs well"),
    brief("Google computing gets greener", excerpt="Its status is good"),
    brief("Limits rise", excerpt="A quota is doubled"),
    *(brief(f"Cloud computing results {number}", excerpt="Lending, spending") for number in range(12)),
)


@pytest.mark.parametrize(
    "text",
    [
        "elon musk", "trending shoes", "cheese recipes", "football results", "weather tomorrow", "hallo welt",
        "quantum computing", "status quo", "best football highlights", "elon musk twitter",
    ],
)  # fmt: skip
async def test_off_topic_words_find_nothing_by_a_word_that_happens_to_be_alike(text: str) -> None:
    result = await search_over(OFF_TOPIC).ask(text, UTC)
    assert titles_of(result) == []
    assert result.suggestion is None


async def test_rare_word_in_a_title_is_found_beside_an_unknown_one() -> None:
    found = search_over([*OFF_TOPIC, brief("Canada asks Clearview")])
    assert await titles(found, "clearview pottery") == ["Canada asks Clearview"]


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("latest news", "sort:new"),
        ("Newest", "sort:new"),
        ("what's new?", "sort:new"),
        ("this week", "sort:new"),
        ("today's headlines", "sort:new"),
        ("top 10", "sort:heat"),
        ("top stories", "sort:heat"),
        ("hot", "sort:heat"),
        ("trending", "sort:heat"),
        ("news", "sort:heat"),
        ("latest news topic:AI", "sort:new topic:AI"),
        ("top news sort:new -kubernetes", "sort:new -kubernetes"),
    ],
)
async def test_words_that_only_ask_for_a_list_bring_it(search: Search, text: str, same: str) -> None:
    assert await titles(search, text) == await titles(search, same) != []


@pytest.mark.parametrize(
    "text", ["top kubernetes", "new", "last month today", '"latest news"', "week kubernetes"]
)
async def test_other_words_are_looked_for(text: str) -> None:
    found = search_over([brief("The new Kubernetes week"), brief("Unrelated", heat=900)])
    assert "Unrelated" not in await titles(found, text)


async def test_joined_words_are_found_in_other_forms() -> None:
    found = search_over(
        [brief("Renewable power for datacenters"), brief("A network center", excerpt="For data")]
    )
    for text in ("data center renewable", "data centre renewable", "data centers renewable", "data centres"):
        assert (await titles(found, text))[0] == "Renewable power for datacenters"


async def test_versus_is_no_word_to_look_for() -> None:
    found = search_over(
        [brief("Doorbell takes a run", excerpt="cloud vs others"), brief("Cloud Run", excerpt="On GKE")]
    )
    for text in ("cloud run vs gke", "gke versus cloud run"):
        assert (await titles(found, text))[0] == "Cloud Run"


async def test_number_is_no_beginning_of_a_longer_one() -> None:
    found = search_over([brief("Zoom meets 300 million"), brief("AI raises 12M")])
    assert await titles(found, "12:30") == []
    assert await titles(found, "300") == ["Zoom meets 300 million"]


async def test_short_word_is_corrected_in_titles_alone() -> None:
    found = search_over([brief("Teams grow"), brief("Quiet day", excerpt="For teams and others")])
    assert await titles(found, "teems") == ["Teams grow"]


def _many_words() -> list[Brief]:
    """Briefs with ten thousand made-up words between them, as a large corpus has."""
    words = [f"zz{number}qq" for number in range(10_000)]
    return [
        brief(f"Crowd {number}", hours=99 + number, excerpt=" ".join(words[number::100]))
        for number in range(100)
    ]


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("Composer plays a concert", "compost"),
        ("A smartphone folds", "saxophone"),
        ("Livener fabrics recalled", "lavender"),
    ],
)
async def test_among_many_words_one_alone_is_not_taken_for_another_two_letters_away(
    title: str, other: str
) -> None:
    search = search_over([brief(title), *_many_words()])
    assert await titles(search, title) == [title]
    assert await titles(search, other) == []


@pytest.mark.parametrize(
    ("word", "typed"),
    [
        ("tomorrow", "tommorow"),
        ("facebook", "facbok"),
        ("computing", "cmupting"),
        ("kubernetes", "kubrnetas"),
        ("authentication", "autehnticatoin"),
    ],
)
async def test_a_word_alone_is_found_with_letters_swapped_doubled_or_left_out(word: str, typed: str) -> None:
    search = search_over([brief(f"About {word} today"), *_many_words()])
    assert await titles(search, typed) == [f"About {word} today"]


@pytest.mark.parametrize(("word", "typed"), [("overview", "overies"), ("operator", "opreayor")])
async def test_among_few_words_one_is_found_with_two_letters_wrong(word: str, typed: str) -> None:
    assert await titles(search_over([brief(f"About {word} today")]), typed) == [f"About {word} today"]


async def test_no_form_of_a_word_is_another_word() -> None:
    assert await titles(search_over([brief("You can cook turkey in a toaster")]), "canoe") == []


async def test_beside_a_word_that_nothing_has_the_others_are_told_apart() -> None:
    hotter = brief("Loan facility raised", topics=("Cloud",), heat=90)
    nearer = brief("One facility in the cloud", heat=20)
    others = [brief(f"Cloud number {number}", hours=30 + number) for number in range(60)]
    assert (await titles(search_over([hotter, nearer, *others]), "facility cloud quokka"))[:1] == [
        "One facility in the cloud"
    ]


async def test_short_word_matches_itself_alone(search: Search) -> None:
    assert await titles(search, "ai") == [SEED]
    assert await titles(search, "fal") == ["Machine learning training costs fall"]
    assert await titles(search, "cot") == []


async def test_short_word_is_a_prefix_only_at_the_end_of_the_query() -> None:
    found = search_over([brief("Airlines grow"), brief("Training grows")])
    assert await titles(found, "grow air") == ["Airlines grow"]
    assert set(await titles(found, "air grow")) == {"Airlines grow", "Training grows"}
    assert await titles(found, "ai") == ["Airlines grow"]


async def test_words_in_the_title_stand_before_words_in_the_excerpt() -> None:
    found = search_over(
        [
            brief("Quiet day", excerpt="Much about gardens", heat=200),
            brief("Gardens grow", heat=10),
            brief("Roses", topics=("Gardens",), heat=5),
        ]
    )
    assert await titles(found, "gardens") == ["Gardens grow", "Roses", "Quiet day"]


async def test_between_equals_the_hotter_and_then_the_newer_stands_first() -> None:
    found = search_over(
        [
            brief("Gardens one", heat=10, hours=5),
            brief("Gardens two", heat=90, hours=50),
            brief("Gardens three", heat=10, hours=1),
        ]
    )
    assert await titles(found, "gardens") == ["Gardens two", "Gardens three", "Gardens one"]


async def test_exact_words_stand_before_forms_and_beginnings() -> None:
    found = search_over(
        [
            brief("A gardener speaks", heat=300),
            brief("The gardens open", heat=200),
            brief("My garden", heat=1),
        ]
    )
    assert await titles(found, "garden") == ["My garden", "The gardens open", "A gardener speaks"]


async def test_whole_title_stands_before_longer_titles() -> None:
    found = search_over([brief("Power apps portals news", heat=300), brief("Power apps portals", heat=1)])
    assert (await titles(found, "power apps portals"))[0] == "Power apps portals"


async def test_word_as_typed_is_preferred_to_a_more_popular_neighbour() -> None:
    found = search_over([brief("Zelle pays", heat=300), brief("Unread mail", excerpt="On zella", heat=1)])
    assert await titles(found, "zella") == ["Unread mail"]


@pytest.mark.parametrize("left_out", range(4))
async def test_any_word_of_a_title_may_be_missing(left_out: int) -> None:
    title = ["quantum", "gardens", "surprise", "botanists"]
    others = [brief(f"{word} {number}") for word in title for number in range(5)]
    found = search_over([brief(" ".join(title)), *others])
    asked = [word for place, word in enumerate(title) if place != left_out]
    assert " ".join(title) in (await titles(found, " ".join(asked)))[:3]


async def test_hidden_and_future_briefs_never_come_out() -> None:
    found = search_over(
        [
            brief("Clearview hidden", hidden=True),
            brief("Clearview tomorrow", hours=-24),
            brief("Clearview today"),
        ]
    )
    for text in (
        "clearview",
        "clearvew",
        "",
        "is:article",
        '"clearview"',
        "sort:new clearview",
        "clearview today",
    ):
        assert await titles(found, text) == ["Clearview today"]
    for slug in ("clearview-hidden", "clearview-tomorrow"):
        assert await titles(found, f"https://thenextweb.com/{slug}") == []


async def test_phrase_is_looked_up_word_for_word(search: Search) -> None:
    assert await titles(search, '"asks clearview ai"') == [SEED]
    assert await titles(search, '"clearview asks"') == []
    assert await titles(search, '"clearvew"') == []
    assert await titles(search, '"raises disquiet"') == [SEED]


async def test_excluded_words_and_phrases_leave_the_answer() -> None:
    found = search_over(
        [brief("Power apps win", heat=9), brief("Apps for power", heat=8), brief("Power plants", heat=7)]
    )
    assert await titles(found, "power -plants") == ["Power apps win", "Apps for power"]
    assert await titles(found, 'power -"power apps"') == ["Apps for power", "Power plants"]
    assert await titles(found, '-"power apps"') == ["Apps for power", "Power plants"]
    assert await titles(found, "-power") == []


async def test_sort_decides_the_order_of_what_matches() -> None:
    found = search_over(
        [
            brief("Gardens old", heat=90, hours=90),
            brief("Gardens new", heat=1, hours=1),
            brief("Gardener newest", heat=300, hours=0.5),
            brief("Gardens warm", heat=50, hours=50),
        ]
    )
    assert await titles(found, "gardens sort:new") == ["Gardens new", "Gardens warm", "Gardens old"]
    assert await titles(found, "gardens sort:heat") == ["Gardens old", "Gardens warm", "Gardens new"]


async def test_filters_alone_bring_the_hottest_or_the_newest(search: Search) -> None:
    hottest = await titles(search, "", limit=3)
    assert hottest == [SEED, "Kubernetes engine gets safer containers", "BigQuery pricing explained"]
    assert (await titles(search, "sort:new -topic:AI"))[0] == "Kubernetes engine gets safer containers"
    assert await titles(search, "from:wired") == ["Machine learning training costs fall"]
    assert await titles(search, "heat:>60") == [SEED]


async def test_same_filter_twice_means_either_and_different_ones_both(search: Search) -> None:
    assert len(await titles(search, "from:wired from:zdnet")) == 2
    assert await titles(search, "from:wired heat:>100") == []
    assert await titles(search, "-from:thenextweb.com -from:wired") == [
        "An overview of airports and airlines"
    ]


async def test_unknown_quality_fails_every_comparison() -> None:
    found = search_over([brief("Known", quality=10), brief("Unknown", quality=None)])
    assert await titles(found, "quality:>-1000") == ["Known"]
    assert await titles(found, "quality:<1000") == ["Known"]


async def test_pages_follow_each_other_without_gap_or_repetition() -> None:
    found = search_over([brief(f"Gardens {number}", heat=number) for number in range(25)])
    for text in ("gardens", "", "gardens sort:new", "-xyz", '-"x y"'):
        pages = [await found.ask(text, UTC, limit=10, offset=offset) for offset in (0, 10, 20, 30)]
        assert [page.more for page in pages] == [True, True, False, False]
        seen = [hit.brief.slug for page in pages for hit in page.hits]
        assert len(seen) == len(set(seen)) == 25


def _crowd() -> list[Brief]:
    """Four hundred briefs with one word in common, in title, topic or excerpt, of every heat and age."""
    made: list[Brief] = []
    for number in range(400):
        where = number % 4
        made.append(
            brief(
                f"{'Gardens' if where < 2 else 'Roses'} {'and parks ' if where == 1 else ''}number {number}",
                heat=number * 7919 % 401,
                hours=1 + number * 104_729 % 997,
                topics=("Gardens",) if where == 2 else (),
                excerpt="Of gardens" if where == 3 else "",
            )
        )
    return made


@pytest.mark.parametrize(
    "text",
    ["gardens", "gardens number", "gardns", "garden", "sort:new gardens", "sort:heat gardns", "-parks"],
)
async def test_more_brings_every_match_once_in_the_order_of_one_long_page(text: str) -> None:
    found = search_over(_crowd())
    whole = [hit.brief.slug for hit in (await found.ask(text, UTC, limit=1000)).hits]
    assert len(whole) == (300 if text == "-parks" else 400)
    assert len(set(whole)) == len(whole)
    for limit in (5, 130):
        pages: list[str] = []
        more = True
        while more:
            result = await found.ask(text, UTC, limit=limit, offset=len(pages))
            pages += [hit.brief.slug for hit in result.hits]
            more = result.more
        assert pages == whole


async def test_among_many_matches_the_hottest_title_of_all_stands_first() -> None:
    crowd = _crowd()
    hottest = sorted((one for one in crowd if "Gardens" in one.title), key=lambda one: -one.warmth)
    assert await titles(search_over(crowd), "gardens", limit=5) == [one.title for one in hottest[:5]]


async def test_sort_orders_all_of_many_matches() -> None:
    found = search_over(_crowd())
    newest = [hit.brief.published_at for hit in (await found.ask("gardens sort:new", UTC, limit=999)).hits]
    assert len(newest) == 400
    assert newest == sorted(newest, key=lambda at: at or NOW, reverse=True)
    hottest = [hit.brief.warmth for hit in (await found.ask("gardens sort:heat", UTC, limit=999)).hits]
    assert hottest == sorted(hottest, reverse=True)


async def test_pasted_address_brings_its_brief_first(search: Search) -> None:
    slug = BRIEFS[2].slug
    address = f"https://www.thenextweb.com/{slug}/?utm_source=slack#top"
    assert await titles(search, address) == ["BigQuery pricing explained"]
    assert (await titles(search, f"{address} clearview"))[:2] == ["BigQuery pricing explained", SEED]
    assert await titles(search, "https://elsewhere.example/unknown") == []


@pytest.mark.parametrize(
    "around", ["{}", "https://{}", "(https://{})", '"https://{}"', "https://{}.", "{}?utm_source=x!"]
)
async def test_address_is_known_without_a_scheme_and_with_a_sentence_around_it(
    search: Search, around: str
) -> None:
    address = f"thenextweb.com/{BRIEFS[2].slug}"
    assert await titles(search, around.format(address)) == ["BigQuery pricing explained"]
    assert await titles(search, f"look at {around.format(address)}") == ["BigQuery pricing explained"]


async def test_parenthesis_inside_an_address_is_a_part_of_it() -> None:
    found = search_over([brief("A film", slug="wiki_(film)")])
    assert await titles(found, "https://thenextweb.com/wiki_(film)") == ["A film"]


@pytest.mark.parametrize(
    "text",
    ["topic:Containers {}", "is:video {}", "heat:>100 {}", "from:wired {}", "since:1d {}", "-pricing {}"],
)
async def test_filters_hold_for_a_pasted_address(search: Search, text: str) -> None:
    address = f"https://thenextweb.com/{BRIEFS[2].slug}"
    assert await titles(search, text.format(address)) == []


async def test_pasted_address_that_passes_the_filters_is_found(search: Search) -> None:
    address = f"https://thenextweb.com/{BRIEFS[1].slug}"
    narrow = "topic:Containers is:article heat:>50 from:tnw since:7d -from:wired -pricing quality:50"
    assert await titles(search, f"{narrow} {address}") == [BRIEFS[1].title]


async def test_excluded_address_leaves_its_brief_out(search: Search) -> None:
    address = f"https://thenextweb.com/{BRIEFS[1].slug}"
    assert await titles(search, f"kubernetes -{address}") == []
    assert BRIEFS[1].title not in await titles(search, f"-{address}")
    assert len(await titles(search, f"-{address}")) == len(BRIEFS) - 1


@pytest.mark.parametrize("text", ["node.js/express", "re:Invent/2020", "AWS/Azure", "wsj.com"])
async def test_what_only_looks_like_an_address_is_words(text: str) -> None:
    found = search_over([brief(f"All about {text}", slug="about")])
    assert len(await titles(found, text)) == 1


async def test_filler_words_beside_an_address_are_no_matches(search: Search) -> None:
    hits = (await search.ask(f"look at https://thenextweb.com/{BRIEFS[1].slug}", UTC)).hits
    assert [hit.matched for hit in hits] == [()]


async def test_long_query_is_cut_and_still_answered(search: Search) -> None:
    assert (await titles(search, f"{SEED} " + "padding " * 2000))[:1] == [SEED]
    assert await titles(search, "x" * 10_000) == []


async def test_hits_name_the_briefs_own_words_for_bold_print(search: Search) -> None:
    hits = (await search.ask("the clearvew of citizen", UTC)).hits
    assert hits[0].matched == ("clearview", "citizens")


def _in_language(*texts: str) -> list[Brief]:
    return [brief(text, slug=f"brief-{number}") for number, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("title", "asked"),
    [
        ("Café Müller öffnet", "cafe muller"),
        ("Café Müller öffnet", "café mueller"),
        ("Die Straße nach Łódź", "strasse lodz"),
        ("The ﬁrst œuvre", "first oeuvre"),
        ("ＡＩ conference", "ai conference"),
        ("人工知能の未来について", "人工知能"),
        ("人工知能の未来について", "未来"),
        ("Санкции против Газпрома", "газпром"),
        ("Санкции против Газпрома", "санкцыи"),
        ("الذكاء الاصطناعي في الصحافة", "الذَّكاء الاصطناعي"),
        ("الذكاء الاصطناعي في الصحافة", "الاصطناعى"),
        ("Datenschutzgrundverordnung beschlossen", "datenschutz"),
        ("Datenschutzgrundverordnung beschlossen", "datenschutz grundverordnung"),
        ("Datenschutz Grundverordnung beschlossen", "datenschutzgrundverordnung"),
        ("인공지능 뉴스", "인공지능"),
        ("हिन्दी समाचार", "हिन्दी"),
    ],
)
async def test_other_languages_are_found(title: str, asked: str) -> None:
    found = search_over(_in_language(title, "Something else entirely", "宇宙の写真", "Погода в Москве"))
    assert await titles(found, asked) == [title]
