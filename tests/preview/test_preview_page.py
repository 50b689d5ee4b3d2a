"""The page in a real Chromium, with the small bot behind it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bot.preview import Workspace
from tests.preview.chromium import Chromium, chromium, serious
from tests.preview.conftest import HandClock, SmallBot, section

pytestmark = pytest.mark.browser

COLOUR = "element => getComputedStyle(element).backgroundColor"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared() -> AsyncIterator[Chromium]:
    async with chromium() as found:
        yield found


@pytest_asyncio.fixture(loop_scope="module")
async def browser(shared: Chromium) -> AsyncIterator[Chromium]:
    """Pages of this test's own in the module's browser."""
    async with shared.fresh() as found:
        yield found


async def ask(page: Page, text: str) -> None:
    await page.get_by_role("combobox", name="Message #news").fill(text)
    await page.keyboard.press("Enter")


async def test_a_question_is_answered_shared_and_seen_by_others(
    workspace: Workspace, bot: SmallBot, browser: Chromium
) -> None:
    ada = await browser.opened(workspace.url)
    lin = await browser.opened(f"{workspace.url}?as=U0LINTANAKA")
    sam = await browser.opened(f"{workspace.url}?as=U0SAMRIVERA&in=C0GENERAL")

    await ask(ada, "/news clearvew")
    answer = ada.locator(".message", has_text="Only visible to you")
    await expect(answer).to_contain_text("About clearvew")
    await expect(answer.locator(".via")).to_have_text("/news clearvew")
    await expect(lin.locator(".message")).to_have_count(0)

    await answer.get_by_role("button", name="Share").click()
    for page in (ada, lin):
        await expect(page.locator(".message:not(.only-you)", has_text="Shared")).to_be_visible()
    await expect(sam.locator(".place[data-channel=C0NEWS] [data-unread]")).to_have_text("1")

    await answer.get_by_role("button", name="Dismiss").click()
    await expect(answer).to_have_count(0)
    assert workspace.findings == []
    assert [body["actions"][0]["action_id"] for body in bot.heard[1:]] == ["share"]


async def test_examples_keys_and_completion_lead_to_an_answer(
    workspace: Workspace, bot: SmallBot, browser: Chromium
) -> None:
    page = await browser.opened(workspace.url)
    box = page.get_by_role("combobox")
    await expect(box).to_be_focused()
    await page.get_by_role("button", name="/news clearvew").click()
    await expect(page.locator(".message")).to_contain_text("About clearvew")

    await page.keyboard.press("ArrowUp")
    await expect(box).to_have_value("/news clearvew")
    await box.fill("")
    await page.keyboard.type("/n")
    await expect(page.get_by_role("option").first).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("option")).to_have_count(0)
    await page.keyboard.type("ews clear")
    await expect(page.get_by_role("option", name="/news clear completed")).to_be_visible()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Tab")
    await expect(box).to_have_value("/news clear completed")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message")).to_have_count(2)
    assert [body["text"] for body in bot.heard] == ["clearvew", "clear completed"]


async def test_a_thread_opens_beside_and_takes_a_reply(workspace: Workspace, browser: Chromium) -> None:
    said = await workspace.say("What do we make of this?")
    page = await browser.opened(workspace.url)
    await page.locator(".message").hover()
    await page.get_by_role("button", name="Reply in thread").click()
    await expect(page.get_by_role("textbox", name="Reply")).to_be_focused()
    await page.keyboard.type("A story for Monday")
    await page.keyboard.press("Enter")
    await expect(page.locator("#thread-log")).to_contain_text("A story for Monday")
    await expect(page.locator("#log .thread-link")).to_contain_text("1 reply")
    await expect(page.locator("#log .message")).to_have_count(1)
    assert await serious(page) == []
    await page.keyboard.press("Escape")
    await expect(page.locator("#thread")).to_be_hidden()
    assert workspace.world.lasting("C0NEWS", said.ts)[1].user == "U0ADAOKAFOR"


async def test_a_violation_is_shown_loudly_with_its_pointer(workspace: Workspace, browser: Chromium) -> None:
    page = await browser.opened(workspace.url)
    hook = workspace._hooks.give("C0NEWS", "U0ADAOKAFOR")
    blocks = [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]
    workspace._hooks.post(hook.id, {"text": "x", "blocks": blocks})
    workspace._hooks.post(hook.id, {"text": "x", "blocks": [section("AT&T <!channel>")]})

    card = page.locator(".refusal")
    await expect(card).to_contain_text("Slack would refuse this message")
    await expect(card).to_contain_text("/blocks/0/text/text")
    await expect(page.locator(".caution")).to_contain_text("notify everyone")
    assert await serious(page) == []


async def test_hostile_text_stays_text(workspace: Workspace, browser: Chromium) -> None:
    hostile = "<img src=x onerror=window.owned=1><script>window.owned=1</script>\"'><b>*bold*"
    page = await browser.opened(workspace.url)
    await ask(page, hostile)
    await expect(page.locator(".message")).to_have_count(1)
    hook = workspace._hooks.give("C0NEWS", "U0ADAOKAFOR", via=hostile)
    blocks = [
        section(hostile, block_id='"><script>'),
        {"type": "header", "text": {"type": "plain_text", "text": hostile}},
        {"type": "image", "image_url": "https://images.invalid/x.png", "alt_text": hostile},
    ]
    workspace._hooks.post(hook.id, {"text": hostile, "blocks": blocks})

    await expect(page.locator(".message")).to_have_count(2)
    await expect(page.locator(".message").last.locator(".away")).to_have_text(hostile)
    assert await page.evaluate("window.owned") is None
    assert await page.locator(".message script, .message [onerror], .body b").count() == 0
    await page.reload()
    await page.wait_for_selector("html[data-ready]")
    assert await page.evaluate("window.owned") is None


async def test_dates_are_in_the_readers_own_zone(
    workspace: Workspace, clock: HandClock, browser: Chromium
) -> None:
    hook = workspace._hooks.give("C0NEWS", "U0ADAOKAFOR")
    at = int(clock.now().timestamp())
    text = (
        f"<!date^{at}^{{date_short}} at {{time}}|then> and <!date^{at - 86400}^{{date_short_pretty}}|before>"
    )
    workspace._hooks.post(hook.id, {"text": text, "response_type": "in_channel"})

    ada = await browser.opened(workspace.url, timezone_id="Pacific/Auckland")
    await expect(ada.locator(".body")).to_have_text("Feb 5, 2021 at 21:58 and Yesterday")
    lin = await browser.opened(f"{workspace.url}?as=U0LINTANAKA", timezone_id="Pacific/Auckland")
    await expect(lin.locator(".body")).to_have_text("Feb 5, 2021 at 17:58 and Yesterday")
    await expect(lin.locator(".shifted")).to_contain_text("Feb 5, 2021")
    await workspace.wait_for(lambda: workspace.world.people["U0ADAOKAFOR"].zone == "Pacific/Auckland")


async def test_axe_finds_nothing_serious(workspace: Workspace, bot: SmallBot, browser: Chromium) -> None:
    await (await workspace.command("clearvew")).answer()
    page = await browser.opened(workspace.url, color_scheme="light")
    await page.get_by_role("combobox").fill("/news t")
    await expect(page.get_by_role("option").first).to_be_visible()
    assert await serious(page) == []
    await page.emulate_media(color_scheme="dark")
    await page.set_viewport_size({"width": 375, "height": 800})
    assert await serious(page) == []
    assert bot.heard


async def test_on_a_phone_the_channels_are_a_drawer(workspace: Workspace, browser: Chromium) -> None:
    page = await browser.opened(workspace.url, viewport={"width": 390, "height": 800})
    general = page.get_by_role("link", name="general")
    await expect(general).to_be_hidden()
    await page.get_by_role("button", name="Show channels and people").click()
    await general.click()
    await page.wait_for_selector("html[data-ready][data-channel=C0GENERAL]")
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    await expect(page.locator(".message")).to_have_count(3)


async def test_a_dialog_is_filled_in_and_sent(workspace: Workspace, bot: SmallBot, browser: Chromium) -> None:
    page = await browser.opened(workspace.url)
    sent: list[dict[str, object]] = []

    @bot.app.view("ask")
    async def take(ack, body) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - Bolt fills by name
        sent.append(body["view"]["state"]["values"])
        await ack() if len(sent) > 1 else await ack(response_action="errors", errors={"why": "Say more"})

    def plain(text: str) -> dict[str, str]:
        return {"type": "plain_text", "text": text}

    field = {"type": "plain_text_input", "action_id": "words"}
    blocks = [{"type": "input", "block_id": "why", "label": plain("Why?"), "element": field}]
    view = {
        "type": "modal",
        "callback_id": "ask",
        "title": plain("Ask"),
        "submit": plain("Send it"),
        "blocks": blocks,
    }
    trigger = workspace._core.triggers.give("U0ADAOKAFOR", workspace._core.clock.now())
    await bot.app.client.views_open(trigger_id=trigger, view=view)

    await page.get_by_label("Why?").fill("because")
    await page.get_by_role("button", name="Send it").click()
    await expect(page.get_by_text("Say more")).to_be_visible()
    assert await serious(page) == []
    await page.get_by_role("button", name="Send it").click()
    await expect(page.locator("#app-view")).to_be_hidden()
    assert sent[0] == {"why": {"words": {"type": "plain_text_input", "value": "because"}}}


async def test_the_inspector_shows_both_sides(workspace: Workspace, bot: SmallBot, browser: Chromium) -> None:
    await (await workspace.command("ai")).answer()
    page = await browser.opened(workspace.url)
    await page.locator(".message").hover()
    await page.get_by_role("button", name="Show blocks").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("acknowledged 200")
    await expect(dialog).to_contain_text('"command": "/news"')
    await expect(dialog).to_contain_text('"About ai"')
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    assert bot.heard


async def test_a_page_misses_nothing_while_its_socket_is_away(
    workspace: Workspace, browser: Chromium
) -> None:
    page = await browser.opened(workspace.url)
    await page.context.set_offline(offline=True)
    await workspace.acts.say("said meanwhile", user="U0LINTANAKA", channel="C0NEWS")
    await page.context.set_offline(offline=False)
    await expect(page.locator(".message")).to_have_text([re.compile("said meanwhile")])


async def test_a_stopped_preview_says_so_and_a_started_one_keeps_the_draft(
    workspace: Workspace, clock: HandClock, browser: Chromium
) -> None:
    await workspace.say("soon gone")
    page = await browser.opened(workspace.url)
    box, banner, dot = page.get_by_role("combobox"), page.locator("#banner"), page.locator("#dot")
    await expect(dot).to_have_accessible_name("is running")
    green = await dot.evaluate(COLOUR)
    await box.fill("/news zoom")
    await page.keyboard.press("Home")

    await workspace.stop()
    stopped = "The preview has stopped. Start it again with make run."
    await expect(banner).to_have_text(stopped, timeout=2_000)
    await expect(dot).to_have_accessible_name("has stopped")
    assert await dot.evaluate(COLOUR) != green
    assert await serious(page) == []
    await page.keyboard.press("Enter")
    await expect(page.locator(".toast")).to_contain_text("does not answer")
    await expect(box).to_have_value("/news zoom")

    port = int(workspace.url.rstrip("/").rsplit(":", 1)[1])
    again = Workspace(clock=clock, port=port, any_port=False, signing_secret="another")
    await again.start()
    try:
        await expect(banner).to_contain_text("starts afresh. The message that stood here is gone.")
        await expect(box).to_have_value("/news zoom")
        await expect(dot).to_have_accessible_name("is running")
        await expect(page.locator(".message")).to_have_count(0)
        await page.get_by_role("button", name="Close this note").click()
        await expect(banner).to_be_empty()
    finally:
        await again.stop()


async def test_a_conversation_with_the_bot_needs_no_command(
    workspace: Workspace, bot: SmallBot, browser: Chromium
) -> None:
    direct = workspace.world.direct("U0ADAOKAFOR").id
    page = await browser.opened(f"{workspace.url}?in={direct}")
    await expect(page.locator("#hero")).not_to_contain_text("/news")
    await page.get_by_role("button", name="clearvew").click()
    await expect(page.locator(".message")).to_have_text([re.compile("clearvew")])
    assert [event["text"] for event in bot.heard] == ["clearvew"]


async def test_the_home_tab_is_there_once_there_is_a_home(workspace: Workspace, browser: Chromium) -> None:
    direct = workspace.world.direct("U0ADAOKAFOR").id
    page = await browser.opened(f"{workspace.url}?in={direct}&tab=home")
    await expect(page.get_by_role("combobox")).to_be_visible()
    await expect(page.get_by_role("link", name="Home")).to_be_hidden()
    view = {"id": "V1", "type": "home", "blocks": [section("Welcome home", block_id="one")]}
    workspace.world.show_home("U0ADAOKAFOR", view)
    await page.get_by_role("link", name="Home").click()
    await expect(page.locator("#home")).to_have_text("Welcome home")


async def test_an_archived_channel_can_only_be_read(workspace: Workspace, browser: Chromium) -> None:
    page = await browser.opened(f"{workspace.url}?in=C0ARCHIVE")
    await expect(page.locator("#hero")).to_contain_text("#launch-2019 is archived")
    await expect(page.locator("[data-example]")).to_have_count(0)
    await expect(page.get_by_role("combobox")).to_be_disabled()
    await expect(page.locator("#thread-typed")).to_be_disabled()


async def test_a_reply_to_the_newest_message_is_seen(
    workspace: Workspace, bot: SmallBot, browser: Chromium
) -> None:
    for number in range(20):
        await workspace.say(f"line {number}", user=("U0LINTANAKA", "U0SAMRIVERA")[number % 2])
    page = await browser.opened(workspace.url)
    await ask(page, "@newsbrief any news?")
    await expect(page.get_by_role("button", name="1 reply")).to_be_in_viewport(ratio=1)
    assert bot.heard


async def test_names_beside_logos_stay_whole_on_a_phone(workspace: Workspace, browser: Chromium) -> None:
    hook = workspace._hooks.give("C0NEWS", "U0ADAOKAFOR", via="/news " + "a long question " * 9)
    logo = {"type": "image", "image_url": f"{workspace.assets_url}/images/logo.png", "alt_text": "logo"}
    names = ("Wall Street Journal (12)", "Business Insider (9)", "The Motley Fool (4)", "TV Technology (1)")
    pairs = [part for name in names for part in (logo, {"type": "mrkdwn", "text": name})]
    plain = {"type": "mrkdwn", "text": "Encore (1)"}
    workspace._hooks.post(
        hook.id, {"text": "x", "blocks": [{"type": "context", "elements": [*pairs, plain]}]}
    )

    page = await browser.opened(workspace.url, viewport={"width": 375, "height": 800}, has_touch=True)
    lines = page.locator(".context span:not(.picture):not(.pair)")
    await expect(lines).to_have_text([*names, "Encore (1)"])
    heights = await lines.evaluate_all("found => found.map(one => one.getBoundingClientRect().height)")
    assert max(heights) < 24
    whom, via, tools = [
        await page.locator(f".message {part}").bounding_box() for part in (".whom", ".via", ".tools button")
    ]
    assert whom is not None
    assert via is not None
    assert tools is not None
    assert whom["height"] < 24
    assert via["x"] + via["width"] <= tools["x"]
