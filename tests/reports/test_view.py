from datetime import date

import pytest

from pipeline.models import Report
from reports.cards import cards
from reports.shapes import Card
from reports.view import finding, page
from tests.reports.sample import sample_report


def card_of(report: Report, words: str) -> Card:
    return next(card for card in cards(report) if words in card.claim)


def test_the_finding_is_one_sentence_and_what_changed(report: Report) -> None:
    assert finding(report, date(2026, 11, 25)) == (
        "Of 15 checkable statements, five hold up, five do not, two have evidence on both sides and three can’t be "
        "settled, going by what was known on 31 July 2025. Two look different with what is known on 25 November 2026."
    )


def test_a_report_without_checkable_statements_says_so(report: Report) -> None:
    only = tuple(checked for checked in report.claims if checked.verdict is None)
    assert finding(report.model_copy(update={"claims": only}), date(2026, 1, 1)).startswith("No statement")


def test_when_all_have_one_verdict_the_finding_says_so(report: Report) -> None:
    only = tuple(c for c in report.claims if c.verdict and c.verdict.label == "refuted")
    said = finding(report.model_copy(update={"claims": only}), date(2026, 1, 1))
    assert said == "None of the five checkable statements holds up, going by what was known on 31 July 2025."


def test_what_matters_most_comes_first(report: Report) -> None:
    shown = page(report).cards
    assert shown[0].claim.startswith("Nvidia lost $1 trillion")
    assert [card.kind for card in shown[:5]] == ["refuted"] * 5
    assert shown[-1].kind == "not_enough_evidence"


def test_what_stands_out_is_of_every_kind_and_never_the_same_twice(report: Report) -> None:
    first = page(report.model_copy(update={"claims": (*report.claims, *report.claims)})).first
    assert [card.kind for card in first[:3]] == ["refuted", "refuted", "conflicting"]
    assert first[3].changed
    assert len({card.claim for card in first}) == 4


def test_what_can_not_be_checked_is_listed_with_its_reason(report: Report) -> None:
    assert [card.why_not for card in page(report).skipped] == ["a personal story", "an opinion", "a prediction"]


def test_references_in_the_rationale_lead_to_the_citations(report: Report) -> None:
    card = card_of(report, "about 50 points")
    assert card.then is not None
    assert [bit.number for bit in card.then.rationale if bit.number] == [1, 2]
    assert [cited.number for cited in card.group("decided")] == [1, 2]


def test_todays_references_keep_the_numbers_of_the_passages(report: Report) -> None:
    card = card_of(report, "Kimi K2")
    assert card.today is not None
    assert [bit.number for bit in card.today.rationale if bit.number] == [3, 1]
    assert card.group("later")[0].number == 3


def test_a_rationale_without_references_gets_those_that_decided_it(report: Report) -> None:
    checked = next(c for c in report.claims if "about 50 points" in c.claim.claim)
    assert checked.verdict is not None
    plain = checked.model_copy(update={"verdict": checked.verdict.model_copy(update={"rationale": "Close enough."})})
    card = cards(report.model_copy(update={"claims": (plain,)}))[0]
    assert card.then is not None
    assert [bit.number for bit in card.then.rationale] == [None, 1, 2]


def test_a_changed_verdict_shows_both(report: Report) -> None:
    card = card_of(report, "400 million")
    assert card.changed
    assert card.then is not None
    assert card.today is not None
    assert (card.then.kind, card.today.kind) == ("not_enough_evidence", "supported")
    assert card.today.as_of == "25 November 2026"
    assert card.doubts[0].could_be == "Qwen"


def test_a_page_date_is_shown_only_where_it_differs(report: Report) -> None:
    shown = {cited.title: cited for card in cards(report) for cited in card.cited}
    assert shown["DeepSeek-V3: README"].page_date == "16 June 2025"
    assert shown["Chatbot Arena text leaderboard"].page_date == ""
    assert shown["llm-prices: openai.json"].known == "undated"


def test_marks_lie_on_the_strip_in_order_of_time(report: Report) -> None:
    strip = page(report).strip
    places = [mark.x for lane in strip.lanes for mark in lane.marks]
    assert len(places) == len(report.claims)
    assert all(0 <= x <= 100 for x in places)
    assert strip.words.startswith("5 supported, 5 refuted")


def test_a_transcript_without_times_still_has_a_strip() -> None:
    strip = page(sample_report(timed=False)).strip
    assert not strip.timed
    assert len({mark.x for lane in strip.lanes for mark in lane.marks}) > 10


@pytest.mark.parametrize("text", ["model_dump", "StrictUndefined"])
def test_nothing_of_the_machinery_is_left_in_the_page(report: Report, text: str) -> None:
    assert text not in repr(page(report))


def test_what_all_labels_share_is_said_once(report: Report) -> None:
    checked = next(c for c in report.claims if "about 50 points" in c.claim.claim)
    assert checked.verdict is not None
    assert checked.verdict.derivation is not None
    derivation = checked.verdict.derivation
    operands = tuple(o.model_copy(update={"label": f"{o.label}, Arena Elo, text"}) for o in derivation.operands)
    verdict = checked.verdict.model_copy(update={"derivation": derivation.model_copy(update={"operands": operands})})
    card = cards(report.model_copy(update={"claims": (checked.model_copy(update={"verdict": verdict}),)}))[0]
    assert card.then is not None
    assert card.then.sum is not None
    assert card.then.sum.about == "Arena Elo, text"
    assert [term.label for term in card.then.sum.terms] == ["Gemini-2.5-Pro (U.S.)", "DeepSeek-R1-0528 (China)"]
