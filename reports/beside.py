"""What lies beside the page: a table for spreadsheets and a summary for mail or chat."""

from __future__ import annotations

import csv
import io
import re

from pipeline.models import Report, Verdict
from reports import text as t
from reports.shapes import Card, VerdictView
from reports.view import Page

COLUMNS = (
    "id", "start", "end", "speaker", "statement", "claim", "verdict", "confidence", "verdict_today", "confidence_today",
    "as_of", "decided_by", "rationale", "citations", "sources", "doubts", "not_checkable", "score",
)  # fmt: skip
_CELL = 4000
DETAILED, LISTED = 8, 60
"""Claims that the summary tells in full, and those that it names at all."""
_FORMULA = re.compile(r"^\s*[=+\-@|%\t\r]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~])")


def cell(value: object) -> str:
    """A value for a spreadsheet: cleaned, bounded, and never a formula (those begin with an apostrophe)."""
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    written = t.clean(t.bounded(t.flat(str(value)[: _CELL * 2]), _CELL))
    return "'" + written if _FORMULA.match(written) else written


def claims_csv(report: Report) -> str:
    """One line a claim, in order of time; columns as in `COLUMNS`."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for checked in report.claims:
        claim, then, now = checked.claim, checked.verdict, checked.verdict_today
        writer.writerow(
            cell(value)
            for value in (
                claim.id, claim.start, claim.end, claim.speaker, claim.statement, claim.claim,
                then.label if then else "not_checkable", then.confidence if then else None,
                now.label if now else None, now.confidence if now else None,
                claim.as_of.isoformat(), then.decided_by if then else None, then.rationale if then else None,
                " | ".join(c.quote[:600] for c in then.citations) if then else None, _sources(then),
                " | ".join(d.text[:400] for d in checked.doubts), claim.not_checkable, round(claim.score, 4),
            )
        )  # fmt: skip
    return out.getvalue()


def _sources(verdict: Verdict | None) -> str:
    urls = [t.safe_url(c.passage.url) for c in verdict.citations] if verdict else []
    return " ".join(dict.fromkeys(url for url in urls if url))


def summary(page: Page) -> str:
    """The report in Markdown, short enough for mail or chat: the finding, the claims that matter most with their
    evidence, then the others a line each."""
    lines = [f"# {_plain(page.title)}", ""]
    meta = [page.show, page.published, page.length, ", ".join(p.name for p in page.people)]
    lines += [_plain(" · ".join(part for part in meta if part)), "", _plain(page.finding), ""]
    if page.synthetic:
        lines += ["*The voices in this episode are made by a machine.*", ""]
    judged = [(card, card.then) for card in page.cards if card.then]
    for card, then in judged[:DETAILED]:
        lines += _told(card, then)
    listed = judged[DETAILED:LISTED]
    if listed:
        lines += ["", "The others:", ""]
    lines += [f"- **{card.label}**: {_plain(card.claim)}{_where(card)}" for card, _ in listed]
    if len(judged) > LISTED:
        lines += ["", f"{len(judged) - LISTED} more are in the report."]
    if page.skipped:
        lines += ["", f"Heard but not checkable: {len(page.skipped)}."]
    made = f"*Made by claimcast {_plain(page.made.version)}, {_plain(page.made.at)}. {_plain(page.made.limits[0])}*"
    return "\n".join([*lines, "", made, ""])


def _told(card: Card, then: VerdictView) -> list[str]:
    """One claim in full: verdict, words as spoken, why, with which sources."""
    who = _plain(card.speaker or "Somebody")
    why = "".join(bit.text or f" ({bit.number})" for bit in then.rationale)
    lines = [
        f"- **{card.label}**, {then.confidence_words} confidence: {_plain(card.claim)}",
        f"  - {who}{_where(card)}: “{_plain(t.bounded(card.spoken.statement, 300))}”",
        f"  - {_plain(t.flat(why))}",
    ]
    lines += [f"    - {_plain(r.name)}: {r.label.lower()}. {_plain(r.explanation)}" for r in then.readings]
    if card.changed and card.today:
        lines.append(f"  - With what is known on {card.today.as_of}: {card.today.label.lower()}")
    for cited in (*card.group("decided"), *card.group("against")):
        source = f"[{_plain(cited.title)}]({cited.url.replace(')', '%29')})" if cited.url else _plain(cited.title)
        lines.append(f"  - {cited.number}. {source}, {_plain(cited.publisher)}, {cited.known}")
    return lines


def _where(card: Card) -> str:
    return f" ({card.when})" if card.when else ""


def _plain(text: str) -> str:
    """The text with every character escaped that Markdown would read."""
    return _MARKDOWN.sub(r"\\\1", t.clean(text))
