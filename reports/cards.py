"""One claim as the reader sees it: verdicts, numbered citations, arithmetic, doubts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from pipeline.models import CheckedClaim, Citation, Derivation, EarlierVerdict, Operand, Passage, Report, Verdict
from reports import text as t
from reports import wording
from reports.assistance import parts_by_model
from reports.charts import chart, months_chart
from reports.corrections import Correction
from reports.shapes import (
    Bit,
    Card,
    Cited,
    CorrectionView,
    DoubtView,
    EarlierView,
    Group,
    ReadingView,
    Sum,
    Term,
    VerdictView,
)
from reports.spoken import Spoken, positions, surroundings
from reports.words import DECIDED, RANK, RANK_MEANING, STANCE, VERDICT, WHY_NOT, Kind, confidence_words

_REFERENCE = re.compile(r"\[(\d{1,3})\]")
_BESIDE = re.compile(r"\.\./[\w-]{1,80}/report\.html")
_WEIGHT: dict[Kind, float] = {
    "refuted": 1.0, "conflicting": 0.85, "supported": 0.6, "not_enough_evidence": 0.4, "not_checkable": 0.0,
}  # fmt: skip


_SURE_ENOUGH = 0.75
"""Sources that disagree make a verdict unsure by their nature; a reader wants to see that no less."""


class _Numbers:
    """Citation numbers of one claim: the same passage and quote keep one number wherever they are used."""

    def __init__(self) -> None:
        self.order: list[tuple[Citation, Group]] = []
        self._known: dict[tuple[str, str], int] = {}

    def add(self, citations: Iterable[Citation], group: Group) -> None:
        for citation in citations:
            key = (citation.passage.id, citation.quote)
            if key not in self._known:
                self.order.append((citation, group))
                self._known[key] = len(self.order)

    def of(self, citation: Citation) -> int:
        return self._known[citation.passage.id, citation.quote]

    @property
    def by_passage(self) -> dict[str, int]:
        numbers: dict[str, int] = {}
        for number, (citation, _) in enumerate(self.order, 1):
            numbers.setdefault(citation.passage.id, number)
        return numbers


def cards(report: Report, corrections: Sequence[Correction] = (), only: str = "") -> tuple[Card, ...]:
    """A card for every claim, in the report's order, with what people say against its verdict; or for `only` one slug."""
    index, today = positions(report.transcript), report.provenance.made_at.date()
    against: dict[str, list[CorrectionView]] = {}
    for one in corrections:
        label = VERDICT[one.verdict] if one.verdict else ""
        view = CorrectionView(t.line(one.who, 120), t.day(one.at.date()), t.bounded(t.flat(one.why), 2000), label)
        against.setdefault(t.slug(one.claim_id), []).append(view)
    return tuple(
        replace(
            card(checked, surroundings(checked.claim, report.transcript, index), position, today),
            corrections=tuple(against.get(t.slug(checked.claim.id), ())),
        )
        for position, checked in enumerate(report.claims, 1)
        if not only or t.slug(checked.claim.id) == only
    )


def card(checked: CheckedClaim, spoken: Spoken, position: int, today: date) -> Card:
    """The card of one claim; `position` counts from 1 in order of time, `today` is the day of the report."""
    claim, then, now = checked.claim, checked.verdict, checked.verdict_today
    numbers = _numbered(checked)
    kind: Kind = then.label if then else "not_checkable"
    changed = bool(then and now and then.label != now.label)
    differs = bool(then and now and (changed or then.rationale != now.rationale))
    return Card(
        id=t.slug(claim.id),
        position=position,
        kind=kind,
        label=VERDICT[kind],
        claim=t.bounded(t.flat(claim.claim[: t.CLAIM * 4]), t.CLAIM),
        spoken=spoken,
        speaker=t.line(claim.speaker or "", 80),
        speaker_sure=claim.speaker_sure,
        attributed_to=t.line(claim.attributed_to, 80),
        start=claim.start,
        end=claim.end,
        when=t.clock(claim.start),
        also=tuple((at, t.clock(at)) for at in claim.also_at[:12]),
        earlier=tuple(_earlier(one) for one in checked.earlier[:5]),
        reasons=tuple(t.line(reason) for reason in claim.reasons[:6]),
        context=tuple(t.line(sentence, 240) for sentence in claim.context[:3]),
        why_not=WHY_NOT[claim.not_checkable] if claim.not_checkable else "",
        then=_verdict(then, numbers, day_words=t.day(claim.as_of)) if then else None,
        today=_verdict(now, numbers, day_words=t.day(today)) if now and differs else None,
        changed=changed,
        same_today=bool(then and now and not changed),
        cited=tuple(_cited(c, number, group) for number, (c, group) in enumerate(numbers.order, 1)),
        doubts=tuple(
            DoubtView(
                d.kind,
                wording.sentence(t.bounded(t.flat(d.text[:2000]), 400)),
                t.line(d.heard, 80),
                t.line(d.could_be, 80),
            )
            for d in dict.fromkeys((*claim.doubts, *checked.doubts))
        ),
        weight=_weight(checked, kind, changed),
        by_model=parts_by_model(checked),
    )


def _earlier(one: EarlierVerdict) -> EarlierView:
    """The earlier verdict as it is shown; it links only to a report that lies beside this one."""
    link = f"{one.report}#c-{t.slug(one.claim_id)}" if _BESIDE.fullmatch(one.report) else ""
    who = t.line(one.speaker or "", 80)
    title, claim = t.line(one.title, 120), t.line(one.claim, 240)
    return EarlierView(one.label, VERDICT[one.label], t.day(one.as_of), who, title, claim, link)


def _numbered(checked: CheckedClaim) -> _Numbers:
    numbers = _Numbers()
    for verdict in (checked.verdict, checked.verdict_today):
        if verdict is not None:
            at_the_time = verdict is checked.verdict
            numbers.add(verdict.citations, "decided" if at_the_time else "later")
            numbers.add(verdict.against, "against" if at_the_time else "later")
    numbers.add(checked.later, "later")
    return numbers


def _weight(checked: CheckedClaim, kind: Kind, changed: bool) -> float:
    """How much a claim matters to a reader: what was found, how surely, how check-worthy, whether it
    changed, and whether it depends on how it is read."""
    if checked.verdict is None:
        return 0.0
    sure = max(checked.verdict.confidence, _SURE_ENOUGH if kind == "conflicting" else 0.0)
    weight = _WEIGHT[kind] * (0.4 + 0.6 * sure) * (0.6 + 0.4 * checked.claim.score)
    bonus = (0.15 if changed else 0.0) + (0.05 if checked.verdict.readings else 0.0)
    return round(weight + bonus, 4)


def _verdict(verdict: Verdict, numbers: _Numbers, day_words: str) -> VerdictView:
    words = confidence_words(verdict.confidence)
    return VerdictView(
        kind=verdict.label,
        label=VERDICT[verdict.label],
        confidence=f"{verdict.confidence:.2f}",
        confidence_words=words,
        level="high" if verdict.confidence >= 0.75 else "fair" if verdict.confidence >= 0.6 else "low",
        as_of=t.day(verdict.as_of) if verdict.as_of else day_words,
        rationale=_bits(verdict, numbers),
        how=DECIDED[verdict.decided_by],
        missing=wording.missing(verdict.missing),
        sum=None if any(r.derivation for r in verdict.readings) else _sum(verdict.derivation, verdict, numbers),
        readings=tuple(
            ReadingView(
                wording.capital(t.line(reading.name)),
                reading.label,
                VERDICT[reading.label],
                wording.sentence(t.bounded(t.flat(reading.explanation[:4000]), 600)),
                _sum(reading.derivation, verdict, numbers),
            )
            for reading in verdict.readings[:8]
        ),
        months=months_chart(verdict.readings[:8]),
    )


def _bits(verdict: Verdict, numbers: _Numbers) -> tuple[Bit, ...]:
    """The rationale with its [n] turned into references; without any, references to all that decided it follow."""
    own: Sequence[Citation] = (*verdict.citations, *verdict.against)
    words = t.bounded(wording.rationale(verdict), t.RATIONALE)
    bits: list[Bit] = []
    at = 0
    for match in _REFERENCE.finditer(words):
        index = int(match[1]) - 1
        if 0 <= index < len(own):
            bits += [Bit(words[at : match.start()].rstrip()), Bit("", numbers.of(own[index]))]
            at = match.end()
    bits.append(Bit(words[at:]))
    if len(bits) == 1:
        bits += [Bit("", numbers.of(citation)) for citation in verdict.citations[:6]]
    return tuple(bit for bit in bits if bit.text or bit.number)


def _sum(derivation: Derivation | None, verdict: Verdict, numbers: _Numbers) -> Sum | None:
    if derivation is None:
        return None
    by_passage = numbers.by_passage
    about, derivation = _shared(derivation)
    terms = tuple(
        Term(
            label=t.line(o.label),
            value=_value(o),
            when=t.day(o.date) if o.date else "",
            number=by_passage.get(o.passage_id),
        )
        for o in derivation.operands[:12]
    )
    why = wording.rationale(verdict)
    steps = tuple(wording.step(step, why) for step in derivation.steps[:12])
    return Sum(terms, steps, wording.conclusion(derivation.conclusion, verdict), chart(derivation, by_passage), about)


def _shared(derivation: Derivation) -> tuple[str, Derivation]:
    """What all labels end with ("Chatbot Arena Elo, text"), and the derivation without it in each label."""
    parts = [operand.label.split(", ") for operand in derivation.operands]
    most = min((len(label) - 1 for label in parts), default=0)
    same = 0
    while len(parts) > 1 and same < most and len({label[-same - 1] for label in parts}) == 1:
        same += 1
    if not same:
        return "", derivation
    operands = tuple(
        operand.model_copy(update={"label": ", ".join(label[:-same])})
        for operand, label in zip(derivation.operands, parts, strict=True)
    )
    return t.line(", ".join(parts[0][-same:])), derivation.model_copy(update={"operands": operands})


def _value(operand: Operand) -> str:
    """The number with its unit; nothing for a day, which stands in its own column."""
    if operand.date and str(operand.value) == operand.date.isoformat():
        return ""
    number = t.number(operand.value) if isinstance(operand.value, float) else str(operand.value)
    return t.line(f"{number}%" if operand.unit in {"percent", "%"} else f"{number} {operand.unit}", 120)


def _cited(citation: Citation, number: int, group: Group) -> Cited:
    passage = citation.passage
    before, quote, after = t.around(passage.text, citation.quote)
    return Cited(
        number=number,
        group=group,
        stance=citation.stance,
        stance_words=STANCE[citation.stance],
        before=before,
        quote=quote,
        after=after,
        archived=_archived(passage.text, before, after),
        title=t.line(passage.title) or t.site(passage.url) or "Untitled source",
        publisher=t.line(passage.publisher, 100),
        url=t.safe_url(passage.url),
        site=t.site(passage.url),
        known=t.day(passage.known_from, passage.date_precision),
        page_date=_page_date(passage),
        rank=RANK[passage.rank],
        rank_meaning=RANK_MEANING[passage.rank],
        location=t.line(passage.location, 90),
        origin=t.line(passage.origin, 100) if t.flat(passage.origin[:400]) != t.flat(passage.publisher[:400]) else "",
        passage_id=t.line(passage.id, 80),
        later=citation.later,
    )


def _archived(text: str, before: str, after: str) -> str:
    """The stored passage, where the page shows only what stands around the quotation."""
    cut = before.startswith("… ") or after.endswith(" …")
    return t.bounded(t.flat(text[: t.ARCHIVED * 2]), t.ARCHIVED) if cut else ""


def _page_date(passage: Passage) -> str:
    """The page's own date where it differs from the day the passage could be known."""
    if passage.published is None or passage.published == passage.known_from:
        return ""
    return t.day(passage.published)
