"""Sponsor reads: found by what only they say, and set aside with the sentences around them in the same turn."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.claims.sentences import Sentence

LONGEST = 12
"""Sentences that a read goes on for at most after a sign of it."""
_SIGN = re.compile(
    r"\b(?:brought to you by|(?:today's|our|this) (?:episode'?s? )?sponsors?\b|sponsored by|is sponsored|promo(?:tion)? code|use (?:the )?code \w+"
    r"|discount code|coupon|\d+ ?(?:%|percent) off|free trial|money[- ]back|a word from|thanks to our (?:friends|partners|sponsor)"
    r"|support(?:ed)? (?:for this (?:podcast|show|episode)|by our)|(?:go|head|head over|visit) (?:to |on over to )?[\w-]+(?:\.| dot )(?:com|io|ai|dev)\b"
    r"|sign up (?:today|now|at)|(?:your|the) first (?:month|order|purchase)|terms apply|learn more at)",
    re.I,
)
_STRONG = re.compile(
    r"brought to you|sponsor|promo|code \w+|coupon|percent off|% off|a word from|friends|terms apply|free trial|support for this",
    re.I,
)
_BACK = re.compile(
    r"\b(?:back to (?:the|our)|welcome back|we're back|and now|anyway|so,? let's|okay,? so|now,? on to)\b", re.I
)


def advertised(sentences: Sequence[Sentence]) -> set[int]:
    """The ids of sentences that belong to a sponsor read."""
    marked: set[int] = set()
    for i, sentence in enumerate(sentences):
        match = _SIGN.search(sentence.text)
        if match is None:
            continue
        marked.add(sentence.id)
        if _STRONG.search(match.group()):
            marked |= _read_around(sentences, i)
    return marked


def _read_around(sentences: Sequence[Sentence], sign: int) -> set[int]:
    found: set[int] = set()
    for following in sentences[sign + 1 : sign + 1 + LONGEST]:
        if following.turn != sentences[sign].turn or _BACK.search(following.text):
            break
        found.add(following.id)
    return found
