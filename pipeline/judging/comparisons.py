"""All that can be computed of a claim over typed facts: every check that applies, and what they say together."""

from __future__ import annotations

from pipeline.judging.events import check_absence, check_chip, check_event
from pipeline.judging.extremes import check_extreme, is_extreme
from pipeline.judging.gaps import check_gap, check_lag
from pipeline.judging.intervals import check_interval
from pipeline.judging.licences import check_licence, check_openness
from pipeline.judging.makers import check_maker
from pipeline.judging.measures import check_measure
from pipeline.judging.origins import check_latest, check_origin
from pipeline.judging.pairs import check_pair
from pipeline.judging.ranks import check_rank
from pipeline.judging.reading import ClaimReading
from pipeline.judging.superlatives import check_superlative, superlative
from pipeline.judging.tallies import check_tally, is_tally
from pipeline.judging.trends import check_trend
from pipeline.judging.values import check_value
from pipeline.judging.view import Finding, View
from pipeline.models import Citation, Derivation, Label

BESIDE = 0.75
"""Certainty up to which a day that does not fit counts less than a figure that does: it may be another event's."""


def compute(reading: ClaimReading, view: View) -> list[Finding]:
    """The findings of every check that applies to a claim; empty when nothing can be computed."""
    counted = check_tally(reading, view)
    if counted is not None or is_tally(reading):
        return [counted] if counted is not None else []
    if is_extreme(reading):
        extreme = check_extreme(reading, view)
        return [extreme] if extreme is not None else []
    trend = check_trend(reading, view)
    if trend is not None:
        return [trend]
    over_countries = check_gap(reading, view) + check_lag(reading, view)
    if over_countries:
        return over_countries
    interval = check_interval(reading, view)
    findings = [interval] if interval is not None else []
    findings += [
        finding
        for check in (
            check_maker,
            check_origin,
            check_latest,
            check_licence,
            check_openness,
            *(() if interval else (check_pair, check_measure)),
            check_superlative,
            check_rank,
            check_absence,
            check_chip,
            check_event,
        )
        if (finding := check(reading, view)) is not None
    ]
    if any(finding.check in ("absence",) for finding in findings):
        return [finding for finding in findings if finding.check == "absence"]
    used = {part for finding in findings for part in finding.covers}
    for quantity in reading.quantities:
        if quantity.text not in used and not (quantity.unit == "points" and any(f.check == "pair" for f in findings)):
            finding = check_value(reading, quantity, view)
            findings += [finding] if finding is not None else []
    if any(finding.check == "value" and finding.label == "supported" for finding in findings):
        findings = [
            one for one in findings if one.check != "event" or one.label == "supported" or one.certainty > BESIDE
        ]
    return findings


def uncovered(reading: ClaimReading, findings: list[Finding]) -> list[str]:
    """The figures of a claim that no check found anything on, and the superlative beside a ratio that holds."""
    covered = {part for finding in findings for part in finding.covers}
    if any(finding.check == "ratio" for finding in findings) and "superlative" not in covered and superlative(reading):
        return [f"“the {superlative(reading)}”"]
    if covered & {"gap", "absence", "months"}:
        return []
    settled = {quantity.value for quantity in reading.quantities if quantity.text in covered}
    return [
        quantity.text
        for quantity in reading.quantities
        if quantity.text not in covered
        and (quantity.unit or quantity.value not in settled)  # "Ten million." said again
    ]


def joined(findings: list[Finding], open_parts: list[str]) -> Finding | None:
    """One finding for the claim: refuted when a part is, conflicting when parts or sources disagree, supported when all
    checked parts are and no figure stays unchecked; None when nothing was found."""
    if not findings:
        return None
    labels = {finding.label for finding in findings}
    over_countries = all("gap" in finding.check or "lag" in finding.check for finding in findings)
    if over_countries and len(labels) > 1:
        return _together(findings, "conflicting", findings)
    for label in ("refuted", "conflicting", "supported"):
        deciding = [finding for finding in findings if finding.label == label]
        if not deciding:
            continue
        if label == "supported" and open_parts:
            together = _together(findings, "not_enough_evidence", deciding)
            return together.model_copy(update={"missing": f"a source for {', '.join(open_parts)}"})
        return _together(findings, label, deciding)
    return None


def _together(findings: list[Finding], label: Label, deciding: list[Finding]) -> Finding:
    others = [finding for finding in findings if finding not in deciding]
    certainty = min((finding.certainty for finding in deciding), default=0.5) if label == "supported" else max(
        finding.certainty for finding in deciding
    )  # fmt: skip
    return Finding(
        check=" and ".join(dict.fromkeys(finding.check for finding in deciding)),
        label=label,
        citations=_unique([citation for finding in deciding for citation in finding.citations]),
        against=_unique([*(c for f in deciding for c in f.against), *(c for f in others for c in f.citations)]),
        explanation=" ".join(dict.fromkeys(finding.explanation for finding in deciding)),
        derivation=_derivation([finding.derivation for finding in deciding if finding.derivation]),
        readings=tuple(reading for finding in deciding for reading in finding.readings),
        certainty=certainty,
        covers=tuple(part for finding in findings for part in finding.covers),
    )


def _unique(citations: list[Citation]) -> tuple[Citation, ...]:
    return tuple({(one.passage.id, one.stance): one for one in citations}.values())


def _derivation(parts: list[Derivation]) -> Derivation | None:
    if not parts:
        return None
    if len(parts) == 1:
        return parts[0]
    return Derivation(
        operation="; ".join(dict.fromkeys(part.operation for part in parts)),
        operands=tuple(operand for part in parts for operand in part.operands),
        steps=tuple(step for part in parts for step in part.steps),
        conclusion="; ".join(dict.fromkeys(part.conclusion for part in parts)),
    )
