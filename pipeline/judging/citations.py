"""The citation gate: a quote that is not in its passage decides nothing, and copies of one origin count once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from pipeline.models import Citation, Verdict

_SPACES = re.compile(r"\s+")


def is_quoted(citation: Citation) -> bool:
    """Whether a citation's quote really stands in its passage, white space aside, and is not empty."""
    quote = _SPACES.sub(" ", citation.quote).strip()
    return bool(quote) and quote in _SPACES.sub(" ", citation.passage.text)


def gated(verdict: Verdict) -> Verdict:
    """The verdict with the citations that pass; not_enough_evidence when none is left to carry it."""
    citations = tuple(citation for citation in verdict.citations if is_quoted(citation))
    against = tuple(citation for citation in verdict.against if is_quoted(citation))
    kept = verdict.model_copy(update={"citations": citations, "against": against})
    if verdict.label == "not_enough_evidence" or any(citation.stance != "neutral" for citation in citations):
        return kept
    return kept.model_copy(
        update={
            "label": "not_enough_evidence",
            "confidence": 0.0,
            "decided_by": "nothing",
            "derivation": None,
            "readings": (),
            "rationale": "No quotation that carries this verdict was found in the stored sources.",
        }
    )


def mark_later(citations: Iterable[Citation], as_of: date) -> tuple[Citation, ...]:
    """The citations, those known only after a day marked as later."""
    return tuple(
        citation.model_copy(update={"later": True})
        if citation.passage.known_from is not None and citation.passage.known_from > as_of
        else citation
        for citation in citations
    )


def one_a_source(citations: Sequence[Citation]) -> tuple[Citation, ...]:
    """The strongest citation of each text and origin, strongest first: ten copies of a press release are one."""
    kept: list[Citation] = []
    for citation in sorted(citations, key=lambda one: (-one.strength, one.passage.id)):
        if not any(_same_source(citation, other) for other in kept):
            kept.append(citation)
    return tuple(kept)


def _same_source(one: Citation, other: Citation) -> bool:
    if _words(one.passage.text) == _words(other.passage.text):
        return True
    return (
        bool(one.passage.origin)
        and one.passage.origin == other.passage.origin
        and one.passage.title == other.passage.title
    )


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
