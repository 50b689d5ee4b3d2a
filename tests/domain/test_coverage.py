from __future__ import annotations

from bot.domain.brief import Article, Brief, Provider
from bot.domain.coverage import host_of, outlet_key, story_outlets


def article(domain: str, **fields: object) -> Article:
    return Article(title=f"By {domain}", provider=Provider(domain=domain), **fields)  # type: ignore[arg-type]  # a test's shorthand


def brief(domain: str, *listed: str, **fields: object) -> Brief:
    related = tuple(article(other) for other in listed)
    return Brief(
        slug=domain,
        title="Title",
        provider=Provider(domain=domain),
        related=related,
        **fields,  # type: ignore[arg-type]  # a test's shorthand
    )


def test_outlets_of_a_story_are_the_other_domains_of_its_briefs_and_their_coverage() -> None:
    lead = brief("a.example", "b.example", "www.b.example", "a.example")
    assert story_outlets(lead, []) == 1
    assert story_outlets(lead, [lead, brief("c.example", "d.example", "a.example")]) == 3


def test_hidden_briefs_and_articles_are_no_outlets() -> None:
    hidden = brief("c.example", "d.example", published=False)
    withdrawn = Brief(
        slug="e",
        title="E",
        provider=Provider(domain="a.example"),
        related=(article("f.example", removed=True),),
    )
    assert story_outlets(brief("a.example"), [hidden, withdrawn]) == 0


def test_own_domain_of_the_lead_does_not_count_even_when_the_story_lists_it() -> None:
    assert story_outlets(brief("a.example"), [brief("b.example", "A.example", "www.a.example")]) == 1


def test_article_without_a_provider_is_known_by_its_host() -> None:
    assert outlet_key(Article(title="A", web_url="https://www.b.example/x")) == "b.example"
    assert outlet_key(Article(title="A", provider=Provider(name=" The Post "))) == "the post"
    assert host_of("https://[bad") == ""
