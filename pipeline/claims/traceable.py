"""Words of a claim that nobody said: there must be none."""

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
    found = [word.lower().replace("’", "'") for word in _WORD.findall(text)]
    return [word for raw in found for word in (raw, raw.split("'")[0]) if word]
