"""A claim taken apart: its figures, days, subjects, metrics, sides and how it compares them."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

from pipeline.evidence import spoken_numbers
from pipeline.judging.dates import DateSpan, find_dates
from pipeline.judging.digits import normalise_numbers
from pipeline.judging.mentions import Mention, SubjectIndex, find_metrics
from pipeline.judging.quantities import Quantity, find_quantities
from pipeline.judging.terms import content_words
from pipeline.models import Frozen

Direction = Literal["above", "below", "equal"]

_ABOVE = re.compile(
    r"\b(?:better|higher|more|larger|greater|faster|stronger|longer|above|ahead of|ahead|beats?|beaten|beating|outperform\w*|surpass\w*|exceed\w*"
    r"|edg(?:ed|es|ing) (?:past|out)|tops?|topped|leads?|led|leading|outscor\w*|overtook|passed|more expensive|pricier)\b",
    re.I,
)
_BELOW = re.compile(
    r"\b(?:worse|lower|less|fewer|smaller|slower|weaker|shorter|below|behind|trail\w*|lag\w*|loses? to|lost to|cheaper)\b",
    re.I,
)
_EQUAL = re.compile(
    r"\b(?:match\w*|equal\w*|ties?|tied|on par|as (?:good|fast|large|strong|capable|cheap|expensive) as"
    r"|same|level with|comparable|dead even|neck and neck|dead heat|a wash|identical)\b",
    re.I,
)
_NEGATED = re.compile(
    r"n't\b|\b(?:not(?! only| just| by (?:a lot|much|far)\b)|never|no longer|isn't|wasn't|doesn't|didn't|hasn't|haven't|don't|cannot|can't|without|nor)\b",
    re.I,
)
_US = re.compile(r"\b(?:U\.?S\.?(?:A\.?)?|American|America(?:'s)?|United States|Western)\b")
_CHINA = re.compile(r"\b(?:Chinese|China(?:'s)?|PRC)\b")
_OPEN = re.compile(r"\bopen(?:[- ](?:weights?|source|model)\w*|ly)?\b", re.I)
_CLOSED = re.compile(r"\b(?:closed|proprietary)\b", re.I)
_EVERY = re.compile(
    r"\b(?:all|every|each|both|any|entire|whole|everything|always|never|no restrictions|totally|completely|fully)\b",
    re.I,
)


class ClaimReading(Frozen):
    """What a claim says, as far as code can read it."""

    text: str
    """The claim with number words as digits; places refer to it."""
    as_of: date
    quantities: tuple[Quantity, ...]
    dates: tuple[DateSpan, ...]
    subjects: tuple[Mention, ...]
    metrics: tuple[str, ...]
    direction: Direction | None
    negated: bool
    us: bool
    china: bool
    china_first: bool
    """Whether the Chinese side is named before the American one."""
    open_only: bool
    closed: bool
    universal: bool
    words: tuple[str, ...]


def read_claim(claim: str, as_of: date, index: SubjectIndex) -> ClaimReading:
    """The claim's reading against the subjects of a store."""
    text = normalise_numbers(spoken_numbers(" ".join(claim.split())))
    dates = find_dates(text, as_of)
    subjects = index.find(text)
    us, china = _US.search(text), _CHINA.search(text)
    taken = [(span.start, span.end) for span in dates] + [(mention.start, mention.end) for mention in subjects]
    quantities = [
        quantity
        for quantity in find_quantities(text, normalise=False)
        if not any(quantity.start < end and start < quantity.end - (len(quantity.text) > 4) for start, end in taken)
    ]
    return ClaimReading(
        text=text,
        as_of=as_of,
        quantities=tuple(quantities),
        dates=tuple(dates),
        subjects=tuple(subjects),
        metrics=find_metrics(text),
        direction=_direction(text),
        negated=bool(_NEGATED.search(text)),
        us=us is not None,
        china=china is not None,
        china_first=bool(us and china and china.start() < us.start()),
        open_only=bool(_OPEN.search(text)),
        closed=bool(_CLOSED.search(text)),
        universal=bool(_EVERY.search(text)),
        words=tuple(content_words(text)),
    )


def _direction(text: str) -> Direction | None:
    found: list[tuple[int, Direction]] = []
    for direction, pattern in _DIRECTIONS:
        match = pattern.search(text)
        if match and not re.match(r"more than \$?\d|less than \$?\d|under \$?\d|above \$?\d", text[match.start() :]):
            found.append((match.start(), direction))
    if not found:
        return None
    if any(
        direction == "below" and re.search(r"\b(?:cheaper|slower|worse|behind)\b", text, re.I) for _, direction in found
    ):
        return "below"
    return min(found)[1]


_DIRECTIONS: tuple[tuple[Direction, re.Pattern[str]], ...] = (("equal", _EQUAL), ("above", _ABOVE), ("below", _BELOW))
