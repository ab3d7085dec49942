"""The words a reader sees for the labels that the stages use; one place for pages, CSV, Markdown and ClaimReview."""

from __future__ import annotations

from typing import Literal

from pipeline.models import Label, NotCheckable, Rank, Stance

Kind = Literal["supported", "refuted", "conflicting", "not_enough_evidence", "not_checkable"]

KINDS: tuple[Kind, ...] = ("supported", "refuted", "conflicting", "not_enough_evidence", "not_checkable")

VERDICT: dict[Kind, str] = {
    "supported": "Supported",
    "refuted": "Refuted",
    "conflicting": "Conflicting evidence",
    "not_enough_evidence": "Not enough evidence",
    "not_checkable": "Not checkable",
}
MEANING: dict[Kind, str] = {
    "supported": "dated evidence says the same",
    "refuted": "dated evidence says otherwise",
    "conflicting": "good evidence on both sides, or true in one reading only",
    "not_enough_evidence": "nothing dated before the statement settles it",
    "not_checkable": "an opinion, a prediction or a story, not a statement of fact",
}
RATING: dict[Label, int | None] = {"supported": 5, "conflicting": 3, "refuted": 1, "not_enough_evidence": None}
"""Points of five for ClaimReview; None where no number would be honest."""

STANCE: dict[Stance, str] = {"supports": "supports the claim", "refutes": "contradicts the claim", "neutral": "context"}
RANK: dict[Rank, str] = {"independent": "independent", "self_reported": "self-reported", "secondary": "secondary"}
RANK_MEANING: dict[Rank, str] = {
    "independent": "measured or recorded by somebody without a stake in the result",
    "self_reported": "stated by the party it is about",
    "secondary": "reports what another source says",
}
WHY_NOT: dict[NotCheckable, str] = {
    "opinion": "an opinion",
    "prediction": "a prediction",
    "anecdote": "a personal story",
    "question": "a question",
    "joke": "a joke",
    "advertisement": "an advertisement",
    "small_talk": "small talk",
}
DECIDED: dict[str, str] = {
    "arithmetic": "decided by arithmetic over cited numbers",
    "stance": "decided by what the cited passages say",
    "nothing": "nothing in the store decides it",
}
BASIS: dict[str, str] = {
    "given": "date given by hand",
    "file": "date from the file's tags",
    "feed": "date from the feed",
    "transcript": "date from the transcript",
    "today": "no date was known, so today's was taken",
}

COUNTRY: dict[str, str] = {
    "US": "the U.S.", "CN": "China", "FR": "France", "DE": "Germany", "GB": "Britain", "CA": "Canada", "JP": "Japan",
    "KR": "South Korea", "IL": "Israel", "IN": "India", "AE": "the United Arab Emirates", "SG": "Singapore",
}  # fmt: skip


def country(code: str, first: bool = False) -> str:
    """A country as a sentence names it, `first` in the sentence or later; an unknown code stays."""
    name = COUNTRY.get(code.upper(), code)
    return name[:1].upper() + name[1:] if first else name


def confidence_words(confidence: float) -> str:
    """Confidence in words: very high from .9, high from .75, fair from .6, low from .4, very low under it."""
    for floor, words in ((0.9, "very high"), (0.75, "high"), (0.6, "fair"), (0.4, "low")):
        if confidence >= floor:
            return words
    return "very low"
