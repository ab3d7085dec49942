"""A figure in a claim against the figures that facts give for the same thing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from pipeline.judging.boards import is_board, on_named_board
from pipeline.judging.mentions import Mention, is_name, metric_matches
from pipeline.judging.quantities import Quantity
from pipeline.judging.reading import ClaimReading
from pipeline.judging.terms import content_words
from pipeline.judging.value_findings import Match, agreeing_finding, differing_finding
from pipeline.judging.view import Finding, View, figures_in, typed_figures
from pipeline.models import Fact

NEAR_WITH_SUBJECT = 0.25
NEAR_ALONE = 0.55
"""Shares of the claim's telling words that a fact must hold, when it is about the claim's subject and when it is not."""
SMALL = 10
"""Bare whole numbers up to this are places and counts more often than scores."""
_SCORED = re.compile(r"\b(?:scor\w+|g[eo]ts?|hits?|reach\w+|at|solv\w+|rated)\s+(?:only |just |about |around )?$", re.I)
_SHARES = frozenset({"percent", "points", ""})
_PARTS = ("total", "activ", "input", "output", "uncached", "minimum", "maximum", "average")
"""Words that say which of several figures is meant."""
_THEN_NAME = re.compile(r"(?:\s?(?:/|,|and|to)?\s?[$€£]?\d[\d.,]*%?)*\s*(?:for|by|from|of|in)\s+(?:the )?")
_GROWING = re.compile(r"\b(?:download|user|subscriber|customer|view|star|sale|derivative)", re.I)


def check_value(reading: ClaimReading, quantity: Quantity, view: View) -> Finding | None:
    """What the facts say of one figure of a claim; None when no fact gives that figure.

    A name that stands for a family ("Llama 4") has the figures of its members, but theirs contradict nothing.
    """
    mention = subject_of(reading, quantity)
    matches = _all_matches(reading, quantity, mention, view)
    if not matches and mention is not None and mention.family and not reading.universal:
        wide = mention.model_copy(update={"exact": (), "variants": mention.family})
        others = tuple(wide if one == mention else one for one in reading.subjects)
        asked = reading.model_copy(update={"subjects": others})
        matches = [match for match in _all_matches(asked, quantity, wide, view) if match.agrees]
    if not matches:
        return None
    matches = _closest(matches)
    agreeing = [match for match in matches if match.agrees]
    differing = [match for match in matches if not match.agrees]
    if agreeing:
        return agreeing_finding(reading, quantity, agreeing, differing)
    return differing_finding(reading, quantity, differing)


def _all_matches(reading: ClaimReading, quantity: Quantity, mention: Mention | None, view: View) -> list[Match]:
    matches = [match for fact in view.usable() for match in _matches(reading, quantity, mention, fact, view)]
    return [match for match in matches if not _out_of_time(reading, quantity, match)]


def subject_of(reading: ClaimReading, quantity: Quantity) -> Mention | None:
    """Whose figure it is: the subject named right after it ("79.2 for o1"), else the one that stands in
    the same place of its list ("R1 and o1 scored 79.8 and 79.2"), else the last one before, else the first."""
    after = [m for m in reading.subjects if 0 <= m.start - quantity.end <= 24]
    if after and _THEN_NAME.fullmatch(reading.text[quantity.end : after[0].start]):
        return after[0]
    alike = [one for one in reading.quantities if one.unit == quantity.unit]
    if len(alike) == len(reading.subjects) > 1 and all(m.end <= alike[0].start for m in reading.subjects):
        return reading.subjects[alike.index(quantity)]
    before = [m for m in reading.subjects if m.end <= quantity.start]
    return before[-1] if before else reading.subjects[0] if reading.subjects else None


def _matches(reading: ClaimReading, quantity: Quantity, mention: Mention | None, fact: Fact, view: View) -> list[Match]:
    exact = mention is not None and fact.subject in mention.exact
    named = exact or (mention is not None and fact.subject in mention.variants)
    board = is_board(fact)
    if board and not (
        named and metric_matches(reading.metrics, fact, reading.text) and on_named_board(reading, fact, view)
    ):
        return []
    if _other_subject(reading, fact):
        return []
    near = view.nearness(reading.words, fact)
    if not board and near < (NEAR_WITH_SUBJECT if named else NEAR_ALONE):
        return []
    typed = [figure for figure in typed_figures(fact) if comparable(quantity, figure, fact, reading)]
    found = (
        typed
        if board
        else typed + [figure for figure in figures_in(fact.passage.text) if comparable(quantity, figure, fact, reading)]
    )
    found = [figure for figure in found if _same_part(reading, quantity, figure, fact)]
    if not found:
        return []
    figure = min(
        found, key=lambda one: (not quantity.agrees(one.value, figure_bound=one.bound), abs(one.value - quantity.value))
    )
    if not quantity.agrees(figure.value, figure_bound=figure.bound) and not _same_role(reading, quantity, found, fact):
        return []
    return [
        Match(
            fact=fact,
            figure=figure,
            agrees=quantity.agrees(figure.value, figure_bound=figure.bound),
            near=near + exact,
            exact_subject=exact,
            same_setting=len(set(content_words(fact.setting)) & set(reading.words)),
        )
    ]


def comparable(quantity: Quantity, figure: Quantity, fact: Fact, reading: ClaimReading) -> bool:
    """Whether two figures measure the same: the same unit, or shares and points of one benchmark, or the same noun."""
    if is_board(fact) and quantity.unit in _SHARES:
        return figure.unit in _SHARES and (bool(quantity.unit) or _may_be_score(quantity, reading.text))
    if quantity.unit == figure.unit and quantity.unit:
        return True
    if {quantity.unit, figure.unit} <= {"parameters", ""} and "parameters" in fact.metric:
        return min(abs(figure.value), abs(quantity.value)) >= 1e8
    if quantity.unit or figure.unit:
        return False
    nouns = set(content_words(quantity.noun)[:1]), {*content_words(figure.noun)[:1], *content_words(fact.metric)}
    return bool(nouns[0] & nouns[1]) or (not quantity.noun and metric_matches(reading.metrics, fact, reading.text))


def _may_be_score(bare: Quantity, text: str) -> bool:
    """Whether a number without a unit can be a score: not "32k thinking", and a small one only after "scored" or the like."""
    if bare.text[-1:].isalpha():
        return False
    return bare.value > SMALL or bare.decimals > 0 or bool(_SCORED.search(text[: bare.start]))


def _same_part(reading: ClaimReading, quantity: Quantity, figure: Quantity, fact: Fact) -> bool:
    """Whether two figures are of the same part, where both say which: total or active, input or output."""
    said = _part_near(reading.text, quantity)
    own = (
        figure.noun if figure.noun.startswith(_PARTS) else _part_near(fact.passage.text, figure) if figure.start else ""
    )
    own = own or next((part for part in _PARTS if part in fact.metric.casefold()), "")
    return not said or not own or own.startswith(said)


def _part_near(text: str, quantity: Quantity) -> str:
    """The first of those words right after a figure and before the next, else right before it."""
    after = re.split(r"\d", text[quantity.end : quantity.end + 32], maxsplit=1)[0]
    for stretch in (text[quantity.start : quantity.end] + after, text[max(0, quantity.start - 18) : quantity.start]):
        places = [(stretch.casefold().find(part), part) for part in _PARTS if part in stretch.casefold()]
        if places:
            return min(places)[1]
    return ""


def _same_role(reading: ClaimReading, quantity: Quantity, figures: Sequence[Quantity], fact: Fact) -> bool:
    """Whether a differing figure plays the claim's figure's part: its metric is named, or the words around agree."""
    if metric_matches(reading.metrics, fact, reading.text) or is_board(fact):
        return True
    around = reading.text[max(0, quantity.start - 45) : quantity.end + 45]
    shared = set(content_words(around)) & set(content_words(f"{fact.metric} {fact.passage.text}"))
    return len(shared) >= (3 if quantity.unit in ("percent", "months", "days", "hours", "ratio") else 2)


def _other_subject(reading: ClaimReading, fact: Fact) -> bool:
    """Whether a fact is about a named model or chip that the claim does not name."""
    named = {name for mention in reading.subjects for name in mention.names}
    return fact.subject not in named and is_name(fact.subject)


def _out_of_time(reading: ClaimReading, quantity: Quantity, match: Match) -> bool:
    """Whether a figure is from a day that can't settle the claim: a count that grows, seen too early or too late."""
    spans = [span for span in reading.dates if span.relation in ("in", "by", "as_of", "before")]
    day = match.fact.date
    if day is None:
        return False
    if _GROWING.search(f"{quantity.noun} {match.fact.metric}") and not quantity.unit:
        said: date = max((span.last for span in spans), default=reading.as_of)
        reached = match.figure.value >= quantity.value
        return day > said + timedelta(days=3) if reached else day < said - timedelta(days=10)
    if is_board(match.fact) and match.fact.unit.casefold() == "elo" and spans:
        return not any(span.covers(day) for span in spans)
    return False


def _closest(matches: list[Match]) -> list[Match]:
    """The matches worth weighing: the claim's exact subject, the setting it names, the nearest texts."""
    if any(match.exact_subject for match in matches):
        matches = [match for match in matches if match.exact_subject]
    best = max(match.same_setting for match in matches)
    if best and any(match.agrees for match in matches if match.same_setting == best):
        matches = [match for match in matches if match.same_setting == best]
    if not any(match.exact_subject for match in matches):
        top = max(match.near for match in matches)
        matches = [match for match in matches if match.near >= top - 0.15]
    return matches
