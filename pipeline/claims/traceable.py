"""Words of a claim that nobody said: there must be none."""

# ruff: noqa: SIM905 (word lists are read as words)

from __future__ import annotations

import re

from pipeline.claims.dates import computed
from pipeline.models import Claim

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?", re.UNICODE)
_SMALL = frozenset("is are has have was were does do the a an of to and that 's".split())
"""Words without content that writing out a short form may add."""


def words_from_nowhere(claim: Claim) -> list[str]:
    """The content words of a claim that stand neither in its statement, nor in its context, nor in a date computed from as_of."""
    known = {word for text in (claim.statement, *claim.context) for word in _words(text)}
    known |= {word for date in computed(claim.statement, claim.as_of) for word in _words(date)}
    return [word for word in _words(claim.claim) if word not in known and word not in _SMALL]


def _words(text: str) -> list[str]:
    found: list[str] = []
    for raw in (word.lower().replace("’", "'") for word in _WORD.findall(text)):
        base, short, _ = raw.partition("n't")
        found += [base, "n't"] if short else [raw.partition("'")[0]]
    return [word for word in found if word]
