"""The citation gate and the counting of copies."""

from datetime import date

from pipeline.judging.citations import gated, mark_later, one_a_source
from pipeline.models import Citation, Passage, Verdict


def _cited(text: str, quote: str, *, identifier: str = "p", origin: str = "", strength: float = 1.0) -> Citation:
    passage = Passage(
        id=identifier, source_id="s", text=text, origin=origin, title="A release", known_from=date(2025, 8, 1)
    )
    return Citation(passage=passage, quote=quote, stance="supports", strength=strength)


def _verdict(*citations: Citation) -> Verdict:
    return Verdict(label="supported", confidence=0.9, as_of=None, citations=citations, rationale="because")


def test_a_quote_that_is_not_in_its_passage_decides_nothing() -> None:
    verdict = gated(_verdict(_cited("R1 scored 79.8.", "R1 scored 97.8.")))
    assert (verdict.label, verdict.confidence, verdict.citations) == ("not_enough_evidence", 0.0, ())


def test_a_real_quote_passes_whatever_its_white_space() -> None:
    assert gated(_verdict(_cited("R1 scored\n 79.8.", "R1 scored 79.8."))).label == "supported"


def test_no_verdict_without_evidence() -> None:
    assert gated(_verdict()).label == "not_enough_evidence"


def test_ten_copies_of_one_press_release_count_once() -> None:
    copies = [
        _cited("Our model is the best.", "Our model is the best.", identifier=str(n), origin=f"site {n}")
        for n in range(10)
    ]
    assert len(one_a_source(copies)) == 1


def test_evidence_of_a_later_day_is_marked() -> None:
    (marked,) = mark_later([_cited("a", "a")], date(2025, 7, 31))
    assert marked.later
    (kept,) = mark_later([_cited("a", "a")], date(2025, 8, 1))
    assert not kept.later
