"""Digests, alerts and their answers: what they say, and what their buttons do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.models.views import View

from bot.domain.answers import Alert, AlertOffer, AlertPage, Bundle, Done, Proposal, TopicShare
from bot.domain.delivery import Mark
from bot.domain.index import IndexStatus
from bot.domain.message import Action, Message
from bot.domain.result import HeatScale
from bot.domain.subscription import Mute, MuteKind, RunOutcome
from bot.preview.blockkit import check_view
from bot.render import Renderer
from tests.render.owed_messages import (
    BUSY_PAGE,
    FUNNEL,
    LEAD,
    OFFER,
    OWED,
    OWED_MESSAGES,
    VERDICT,
    a_digest_page,
    a_piece,
    a_run,
    an_alert,
    an_alert_page,
    an_edition,
    pieces,
)
from tests.render.render_helpers import DAY, SCALE, a_brief, an_article, complaints, many_related, strings_of

R = Renderer()


def buttons(message: Message) -> dict[str, dict[str, Any]]:
    """Every button by its action id."""
    return {found["action_id"]: found for found in _of_type(message.blocks, "button")}


def pictures(message: Message) -> list[str]:
    """The alt texts of all images that are no logos."""
    return [block["accessory"]["alt_text"] for block in message.blocks if _accessory(block) == "image"]


def _accessory(block: Mapping[str, Any]) -> str:
    return str(block.get("accessory", {}).get("type", ""))


def _of_type(value: object, kind: str) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if value.get("type") == kind:
            yield value
        for part in value.values():
            yield from _of_type(part, kind)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _of_type(part, kind)


def shown(message: Message) -> str:
    """All that is shown, one text a line."""
    return "\n".join((*strings_of(message.blocks), *strings_of(message.blocks, "plain_text")))


@pytest.mark.parametrize("name", OWED_MESSAGES)
def test_message_is_one_that_slack_takes(name: str) -> None:
    message = OWED_MESSAGES[name]()
    assert [complaints(part) for part in (message, *message.thread)] == [[]] * (1 + len(message.thread))


# Digests


def test_digest_begins_with_the_date_where_it_is_local() -> None:
    late = DAY.replace(hour=23, minute=30)
    assert "News brief · Friday, 5 February 2021" in shown(R.digest(an_edition(at=late), SCALE))
    assert "News brief · Thursday, 4 February 2021" in shown(
        R.digest(an_edition(at=late, zone="America/New_York"), SCALE)
    )
    assert "Thursday, 4 February 2021" in shown(R.digest(an_edition(at=late, zone="Old/Zone"), SCALE))


@pytest.mark.parametrize(
    "name", ["digest", "digest-preview", "digest-single", "alert", "escalation", "bundle"]
)
def test_first_line_of_a_notification_is_the_top_headline(name: str) -> None:
    assert OWED_MESSAGES[name]().text.splitlines()[0] == "Canada tells Clearview AI to stop"


def test_summary_counts_kinds_shared_topics_and_providers() -> None:
    edition = an_edition(
        full=(a_piece(1, topics=("AI", "Law")), a_piece(2, Mark.UPDATE, topics=("AI",))),
        also=(a_piece(3, None, topics=("AI", "Law")),),
        thread=(a_piece(4, Mark.UPDATE, topics=("Space",), provider=LEAD.brief.related[0].provider),),
        more=3,
    )
    line = next(strings_of(R.digest(edition, SCALE).blocks))
    assert line == "5 new briefs, 2 updates, 2 in full · AI (3), Law (2) · 2 providers"


def test_only_the_lead_has_a_picture() -> None:
    photo = LEAD.brief.images
    edition = an_edition(full=(LEAD, *pieces(1, 5, images=photo)))
    assert pictures(R.digest(edition, SCALE)) == ["The Example: Canada tells Clearview AI to stop"]


def test_each_outlet_is_linked_once_by_its_closest_article() -> None:
    related = (
        an_article("Something else", "wsj.com"),
        an_article("Clearview in court, day 1, again", "wsj.com"),
        an_article("Clearview in court", "threatpost.com"),
        an_article("Clearview in court", "threatpost.com"),
        an_article("Its own page", "news.example"),
    )
    message = R.digest(an_edition(full=(a_piece(1, related=related), *pieces(2, 4))), SCALE)
    line = next(line for line in shown(message).splitlines() if "*Related coverage*" in line)
    assert line.startswith("*Related coverage* from 2 other outlets: <https://wsj.com/")
    assert line.count("|Wsj>") == line.count("|Threatpost>") == 1
    assert related[1].web_url in line


def test_outlets_are_those_of_the_whole_story() -> None:
    message = R.digest(an_edition(full=(replace(LEAD, outlets=12), a_piece(1, outlets=2, heat=99))), SCALE)
    assert "from 12 other outlets" in shown(message)
    assert "also published by 2 other outlets" in shown(message)
    assert "only 1 outlet so far" not in shown(message)


def test_related_coverage_has_a_button_where_the_line_does_not_show_all() -> None:
    edition = an_edition(full=(a_piece(1, related=many_related(2)), a_piece(2, related=many_related(8))))
    found = buttons(R.digest(edition, SCALE))
    assert [button["value"] for name, button in found.items() if name == Action.RELATED] == ["s2"]


def test_brief_whose_address_has_no_room_has_details_instead() -> None:
    edition = an_edition(full=(a_piece(1), a_piece(2, web_url="javascript:alert(1)")), also=(), thread=())
    assert buttons(R.digest(edition, SCALE))[Action.SHOW]["value"] == "s2"


def test_rest_is_announced_and_stands_in_the_thread() -> None:
    message = R.digest(an_edition(more=12), SCALE)
    assert "8 more in the thread · 12 more wait for the next digest" in shown(message)
    assert [part.text.splitlines()[0] for part in message.thread] == ["What else was new"]
    assert message.thread[0].text.count("•") == 8


def test_edition_of_nothing_but_a_thread_part_is_that_part() -> None:
    whole, alone = R.digest(an_edition(), SCALE), R.digest(an_edition(full=(), also=()), SCALE)
    assert whole.thread == (alone,)


def test_digest_without_a_rest_has_no_thread() -> None:
    message = R.digest(an_edition(thread=()), SCALE)
    assert message.thread == ()
    assert "thread" not in message.text


def test_single_brief_is_a_card_without_header_and_summary_but_with_its_footer() -> None:
    message = R.digest(an_edition(full=(LEAD,), also=(), thread=(), late=True), SCALE)
    assert all(block["type"] != "header" for block in message.blocks)
    assert "new brief" not in shown(message)
    assert "Why you see this: weekdays at 09:00" in shown(message)
    assert "This digest was due at 09:00 and comes late." in shown(message)
    assert {Action.OPEN, Action.RELATED, Action.DIGEST_CHANGE} == set(buttons(message))


def test_preview_says_so_and_offers_no_settings() -> None:
    message = R.digest(an_edition(is_preview=True), SCALE)
    assert "Only you see this preview." in shown(message)
    assert "8 more would be in the thread" in shown(message)
    assert Action.DIGEST_CHANGE not in buttons(message)
    assert Action.DIGEST_CHANGE in buttons(R.digest(an_edition(), SCALE))
    assert Action.DIGEST_CHANGE not in buttons(R.digest(an_edition(digest=""), SCALE))


def test_marks_are_told() -> None:
    edition = an_edition(
        full=(a_piece(1, Mark.RISING), a_piece(2, Mark.UPDATE)), also=(a_piece(3),), thread=()
    )
    lines = shown(R.digest(edition, SCALE)).splitlines()
    assert [line.rpartition(" · ")[2] for line in lines if line.endswith(("Rising", "Update", "New"))] == [
        "Rising",
        "Update",
        "New",
    ]


# Alerts


def test_reason_is_told_in_one_line() -> None:
    alert = an_alert(replace(LEAD, brief=replace(LEAD.brief, heat=142)))
    scale = HeatScale(heats=(*range(1, 100), 200))
    assert "hotter than 19 in 20 · heat 142 over your 100 · 9 outlets · quality 87" in shown(
        R.alert(alert, scale)
    )


def test_reason_leaves_out_what_is_not_known() -> None:
    bare = Alert(piece=a_piece(heat=10, quality=None), brief_id=1)
    assert "\nheat 10\n" in shown(R.alert(bare, SCALE))
    assert "\nheat 10\n" in shown(R.alert(replace(bare, line=10), SCALE))


def test_topic_is_muted_only_after_it_is_said_what_that_hides() -> None:
    found = buttons(R.alert(an_alert(), SCALE))
    mute = found[f"{Action.MUTE_TOPIC}:1"]
    assert (mute["text"]["text"], mute["value"]) == ("Mute AI", "AI")
    assert mute["confirm"]["text"]["text"] == "This hides about 12% of your news."
    assert "hides about 12% of your news" in mute["accessibility_label"]
    assert (
        found[f"{Action.MUTE_TOPIC}:2"]["confirm"]["text"]["text"] == "This hides less than 1% of your news."
    )
    assert found[Action.MUTE_STORY]["value"] == "7"
    assert {Action.OPEN, Action.RELATED, Action.ALERT_CHANGE} < set(found)


def test_topic_that_no_button_can_carry_is_not_offered() -> None:
    topics = (TopicShare(name="x" * 2_001, share=0.1), TopicShare(name="\u200b", share=0.1))
    assert "Mute x" not in shown(R.alert(an_alert(topics=topics), SCALE))
    assert f"{Action.MUTE_TOPIC}:1" not in buttons(R.alert(an_alert(topics=topics), SCALE))


def test_escalation_says_what_grew_alone() -> None:
    grown = R.escalation(an_alert(old_heat=92, old_outlets=4), SCALE)
    assert "*It grew: heat 92 → 142, 5 more outlets*" in shown(grown)
    assert "*It grew: 1 more outlet*" in shown(R.escalation(an_alert(old_heat=142, old_outlets=8), SCALE))


def test_bundle_names_what_held_it_and_has_the_hottest_in_full() -> None:
    message = R.bundle(Bundle(pieces=(LEAD, *pieces(1, 4)), reason="quiet hours"), SCALE)
    assert "*Held for you: 4 briefs (quiet hours)*" in shown(message)
    assert "more" not in message.text
    assert [name for name in buttons(message) if name.startswith(Action.SHOW)] == [
        f"{Action.SHOW}:{n}" for n in (2, 3, 4)
    ]
    assert pictures(message) == ["The Example: Canada tells Clearview AI to stop"]


def test_bundle_shows_every_brief_of_a_busy_night() -> None:
    message = R.bundle(Bundle(pieces=pieces(0, 40), reason="max", more=2), SCALE)
    assert all(f"Clearview in court, day {n}>" in shown(message) for n in range(40))
    assert "\nand 2 more\n" in shown(message)


# Settings


def test_settings_tell_rule_next_run_and_last_result() -> None:
    text = shown(R.digest_pages((a_digest_page(),)))
    assert "every day at 09:00, Europe/Berlin" in text
    assert "Next: <!date^1612771200^{date_short_pretty} at {time}|" in text
    assert "Only: topic AI, heat over 100" in text
    assert "ran at 09:00, nothing new" in text
    assert "sent at 09:00" in text
    assert "the run of 09:00 was missed and skipped" in text


def test_run_whose_delivery_failed_is_not_called_sent() -> None:
    page = a_digest_page(runs=(a_run(RunOutcome.OWED),), problem="I am not in this channel.")
    assert "sent at" not in shown(R.digest_pages((page,)))
    assert "*Problem*  I am not in this channel." in shown(R.digest_pages((page,)))


def test_new_digest_says_where_its_zone_came_from_and_offers_what_can_be_done() -> None:
    message = OWED_MESSAGES["digest-added"]()
    assert message.text.startswith("Digest added")
    assert "Time zone: Europe/Berlin, from your Slack profile" in shown(message)
    assert set(buttons(message)) == {
        Action.DIGEST_PREVIEW,
        Action.DIGEST_CHANGE,
        Action.DIGEST_PAUSE,
        Action.DIGEST_OFF,
        Action.DIGEST_NOW,
        Action.DIGEST_SAY,
    }
    assert {button["value"] for button in buttons(message).values()} == {"digest-1"}


def test_paused_digest_is_resumed_and_has_no_next_run() -> None:
    message = R.digest_pages((a_digest_page(paused="Paused by a person."),))
    assert Action.DIGEST_RESUME in buttons(message)
    assert Action.DIGEST_PAUSE not in buttons(message)
    assert "Next:" not in shown(message)


def test_button_says_what_it_would_change() -> None:
    talking = replace(a_digest_page().digest, says_nothing_new=True)
    assert "Say when nothing is new" in shown(R.digest_pages((a_digest_page(),)))
    assert "Stay silent when nothing is new" in shown(R.digest_pages((a_digest_page(digest=talking),)))


def test_several_digests_are_numbered_and_so_are_their_buttons() -> None:
    message = R.digest_pages((a_digest_page(1), a_digest_page(3)))
    assert "Digest 1" in message.text
    assert "Digest 3" in message.text
    assert buttons(message)[f"{Action.DIGEST_OFF}:3"]["value"] == "digest-3"


def test_removed_digest_tells_how_to_get_it_back_and_has_no_buttons() -> None:
    message = OWED_MESSAGES["digest-off"]()
    assert "`/news digest daily 09:00 Europe/Berlin topic:AI heat:&gt;100` brings it back" in shown(message)
    assert buttons(message) == {}


def test_many_digests_fit_and_the_rest_is_counted() -> None:
    message = R.digest_pages(tuple(a_digest_page(n) for n in range(1, 15)))
    assert complaints(message) == []
    assert "and 5 more" in shown(message)


def test_no_digest_shows_what_to_type() -> None:
    assert "`/news digest daily 09:00`" in R.digest_pages(()).text
    assert "`/nachrichten digest daily 09:00`" in Renderer(command="/nachrichten").digest_pages(()).text


def test_one_of_several_digests_is_chosen_by_button() -> None:
    listed = tuple(a_digest_page(n) for n in range(1, 24))
    message = R.which_digest(listed, Action.DIGEST_PAUSE, "Which one?")
    found = buttons(message)
    assert complaints(message) == []
    assert found[f"{Action.DIGEST_PAUSE}:2"]["value"] == "digest-2"
    assert found[f"{Action.DIGEST_PAUSE}:2"]["text"]["text"].startswith("2 · every day at 09:00")
    assert len(found) == 20
    assert "and 3 more; type its number" in shown(message)


def test_rule_says_honestly_which_days_it_was_tried_on() -> None:
    text = shown(OWED_MESSAGES["alerts-added"]())
    assert "In the newest 7 days that the folder has, up to <!date^" in text
    assert "it would have sent 12 alerts:" in text
    assert text.count("•") == 5
    assert "\nand 7 more\n" in text


def test_undo_carries_the_rule_before_and_none_means_there_is_nothing_to_undo() -> None:
    assert (
        buttons(R.alert_page(an_alert_page(before="heat:>90"), SCALE))[Action.ALERT_UNDO]["value"]
        == "heat:>90"
    )
    assert "value" not in buttons(R.alert_page(an_alert_page(before=""), SCALE))[Action.ALERT_UNDO]
    assert Action.ALERT_UNDO not in buttons(R.alert_page(an_alert_page(before=None), SCALE))
    assert Action.ALERT_UNDO not in buttons(R.alert_page(an_alert_page(before="x" * 2_001), SCALE))


def test_what_is_held_expired_and_muted_is_told() -> None:
    message = R.alert_page(BUSY_PAGE, SCALE)
    text = shown(message)
    assert "*Held for you: 7 briefs (quiet hours, until <!date^1612512000^" in text
    assert "and 2 more held · 2 briefs waited longer than 36 hours" in text
    assert buttons(message)[f"{Action.UNMUTE}:1"]["value"] == "topic:ai"
    assert buttons(message)[f"{Action.UNMUTE}:2"]["value"] == "story:7"


def test_many_mutes_fit_and_the_rest_is_counted() -> None:
    mutes = tuple(Mute(kind=MuteKind.STORY, key=str(n), label="word " * 90, at=DAY) for n in range(50))
    message = R.alert_page(an_alert_page(mutes=mutes), SCALE)
    assert complaints(message) == []
    assert "and 30 more mutes" in shown(message)


def test_without_a_rule_it_is_told_how_to_make_one() -> None:
    message = R.alert_page(AlertPage(rule=None), SCALE)
    assert "`/news alerts on heat:hot`" in message.text
    assert buttons(message) == {}


def test_each_threshold_is_a_button_with_its_count() -> None:
    found = buttons(R.alert_offer(OFFER))
    assert [button["text"]["text"] for button in found.values()] == [
        "Everything · about 40 in 30 days",
        "Hot · about 12 in 30 days",
        "Only the biggest · none in 30 days",
    ]
    assert found[f"{Action.ALERT_TAKE}:2"]["value"] == "heat:hot"
    assert "value" not in found[f"{Action.ALERT_TAKE}:1"]
    assert "less than three a week" not in shown(R.alert_offer(OFFER))
    assert "less than three a week" in shown(R.alert_offer(replace(OFFER, is_quiet=True)))


def test_threshold_that_no_button_can_carry_is_not_offered() -> None:
    offer = AlertOffer(proposals=(Proposal(name="Hot", typed="x" * 2_001, count=1),))
    assert buttons(R.alert_offer(offer)) == {}
    assert complaints(R.alert_offer(offer)) == []


# Reasons


def test_verdict_is_told_stage_by_stage() -> None:
    text = shown(R.verdict(VERDICT))
    assert "Not sent: digest 1 leaves it out by topic:Storage." in text
    assert "✓ Visible: since <!date^" in text
    assert "✗ Filters: topic:Storage" in text
    assert "· Other digests: there are none" in text


def test_funnel_is_one_line_and_a_line_for_each_step() -> None:
    text = shown(R.funnel(FUNNEL))
    assert "14 seen, 9 sent before, 3 too old, 2 filtered, 0 sent" in text
    assert "• 9 sent before\n• 3 too old\n• 2 filtered\n• 0 sent" in text


def test_held_deliveries_wait_for_a_word_in_the_status() -> None:
    empty = IndexStatus(
        briefs=0, visible=0, rejected=0, problems=(), folders=(), synced_at=None, newest_at=None
    )
    message = R.status(empty, [], show_problems=False, owed=OWED)
    assert complaints(message) == []
    assert buttons(message)[f"{Action.DELIVERY_SEND}:1"]["value"] == "delivery-0"
    assert buttons(message)[f"{Action.DELIVERY_DROP}:5"]["value"] == "delivery-4"
    assert "and 1 more wait" in shown(message)


def test_brief_that_is_gone_names_the_one_that_took_its_place() -> None:
    message = R.gone(a_brief(published=False), superseded_by=LEAD.brief)
    assert message.text.startswith("This brief is no longer listed.\nIts story goes on in *<https://")
    assert buttons(message)[Action.SHOW]["value"] == "lead"


def test_withdrawn_brief_is_withdrawn_whatever_took_its_place() -> None:
    message = R.gone(a_brief(deleted=True), superseded_by=LEAD.brief)
    assert message.text == "This brief was withdrawn by its editor."


# Dialogs


def forms() -> dict[str, dict[str, Any]]:
    return {
        "digest": R.digest_form(a_digest_page()),
        "new digest": R.digest_form(),
        "alert": R.alert_form(an_alert_page()),
        "no rule": R.alert_form(AlertPage(rule=None)),
        "too long": R.alert_form(an_alert_page(typed="x" * 3_001)),
    }


@pytest.mark.parametrize("name", forms())
def test_dialog_is_one_that_slack_takes(name: str) -> None:
    form = {**forms()[name], "private_metadata": "digest-1"}
    View(**form).to_dict()  # slack_sdk raises where a limit is broken
    assert check_view(form) == ()


def test_dialog_holds_the_rule_as_it_is_typed() -> None:
    digest, alert = forms()["digest"], forms()["alert"]
    assert digest["callback_id"] == "news_digest_form"
    assert alert["callback_id"] == "news_alert_form"
    assert digest["blocks"][0]["element"]["initial_value"] == "daily 09:00 Europe/Berlin topic:AI heat:>100"
    assert alert["blocks"][0]["element"]["initial_value"] == "heat:>100 quiet:22:00-07:00"
    assert "initial_value" not in forms()["new digest"]["blocks"][0]["element"]
    assert "initial_value" not in forms()["too long"]["blocks"][0]["element"]


def test_help_lists_digests_alerts_and_reasons() -> None:
    text = R.help().text
    for typed in ("digest daily 09:00", "digest", "alerts on heat:hot", "alerts", "why", "forget me"):
        assert f"`/news {typed}`" in text


def test_unchanged_rule_says_so() -> None:
    assert "stays as it was" in R.alert_page(an_alert_page(done=Done.UNCHANGED), SCALE).text
    assert "stays as it was" in R.digest_pages((a_digest_page(done=Done.UNCHANGED),)).text
