"""Text on its way: what people type, and what the page makes of mrkdwn."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.preview.page.mrkdwn import to_html
from bot.preview.typed import as_slack_sends, with_mentions
from bot.preview.world import Conversation, Person

ADA = Person(id="U1", name="ada", real_name="Ada Okafor")
NEWS = Conversation(id="C1", name="news")


def name(some_id: str) -> str:
    return {"U1": "Ada Okafor", "C1": "news"}.get(some_id, "")


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("a & b < c", "a &amp; b &lt; c"),
        ("wsj.com", "<http://wsj.com|wsj.com>"),
        ("from:wsj.com", "from:<http://wsj.com|wsj.com>"),
        ("see wsj.com/x?a=1.", "see <http://wsj.com/x?a=1|wsj.com/x?a=1>."),
        ("https://a.example/x?a=1&b=2", "<https://a.example/x?a=1&amp;b=2>"),
        ("(https://a.example/x)", "(<https://a.example/x>)"),
        ("re:Invent 12:30 v1.2", "re:Invent 12:30 v1.2"),
        ("mail a@wsj.com", "mail a@wsj.com"),
        ("“curly” ünï 中文", "“curly” ünï 中文"),
    ],
)
def test_typed_text_becomes_what_slack_sends(typed: str, sent: str) -> None:
    assert as_slack_sends(typed) == sent


def test_names_become_references_in_messages() -> None:
    assert with_mentions("hi @ada in #news, @nobody", [ADA], [NEWS]) == "hi <@U1> in <#C1|news>, @nobody"


LINK = '<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>'


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("*b* _i_ ~s~ `c`", "<strong>b</strong> <em>i</em> <s>s</s> <code>c</code>"),
        ("a*b*c 2*3*4 snake_case_name * not *", "a*b*c 2*3*4 snake_case_name * not *"),
        ("*a _b_*", "<strong>a <em>b</em></strong>"),
        ("`*no* <b>`", "<code>*no* &lt;b&gt;</code>"),
        ("```\n*raw*\n```", "<pre>*raw*</pre>"),
        ("> one\n> two\nthree", "<blockquote>one<br>two</blockquote>three"),
        ("&lt;b&gt; &amp;amp;", "&lt;b&gt; &amp;amp;"),
        ("<https://a.example/?x=1&amp;y=2|a *b*>", LINK.format("https://a.example/?x=1&amp;y=2", "a *b*")),
        ("*<https://a.example|t>*", f"<strong>{LINK.format('https://a.example', 't')}</strong>"),
        ("go https://a.example/x.", f"go {LINK.format('https://a.example/x', 'https://a.example/x')}."),
        ("<@U1> <#C1>", '<span class="mention">@Ada Okafor</span> <span class="mention">#news</span>'),
        ("<!here>", '<span class="mention loud">@here</span>'),
        ("<!date^12^{date}|x &lt;>", '<time data-at="12" data-format="{date}">x &lt;</time>'),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("<javascript:alert(1)|x>", "&lt;javascript:alert(1)|x&gt;"),
        ('<https://a.example/"onload=x|y>', "&lt;https://a.example/&#34;onload=x|y&gt;"),
        (":fire: :unknown_one:", "🔥 :unknown_one:"),
        ("a\nb", "a<br>b"),
    ],
)  # fmt: skip
def test_mrkdwn_becomes_html(source: str, html: str) -> None:
    assert to_html(source, name) == html


class Tags(HTMLParser):
    """Notes every tag and attribute, and whether they close in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes.update((key, value or "") for key, value in attrs)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


pieces = st.sampled_from(
    [
        "*", "_", "~", "`", "```", "<", ">", "|", "&lt;", "&amp;", "\n", " ", "a", "<b onclick=x>", '"', "'",
        "<https://a.example|", "https://a.example/", "<!date^1^{time}|", "javascript:x", "\ue000", "\ue001",
        "&gt; ", "<@U1>", ":fire:",
    ]
)  # fmt: skip


@given(st.lists(pieces | st.text(max_size=3), max_size=30).map("".join))
def test_no_text_becomes_html_of_its_own(text: str) -> None:
    tags = Tags()
    tags.feed(to_html(text, name))
    assert tags.open == []
    assert tags.seen <= {"strong", "em", "s", "code", "pre", "blockquote", "br", "a", "span", "time"}
    assert {key for key, _ in tags.attributes} <= {"href", "target", "rel", "class", "data-at", "data-format"}
    assert all(
        value.startswith(("https://", "http://", "mailto:"))
        for key, value in tags.attributes
        if key == "href"
    )


@pytest.mark.parametrize("text", ["*a " * 13_000, "*a* " * 10_000, "<" * 40_000, "`" * 40_000, "*_" * 20_000])
def test_long_odd_texts_are_no_trouble(text: str) -> None:
    assert to_html(text[:40_000], name)
