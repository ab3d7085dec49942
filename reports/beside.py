"""What lies beside the page: a table for spreadsheets and a summary for mail or chat."""

from __future__ import annotations

import csv
import io
import re

from pipeline.models import Report, Verdict
from reports import text as t
from reports.view import Page

COLUMNS = (
    "id", "start", "end", "speaker", "statement", "claim", "verdict", "confidence", "verdict_today", "confidence_today",
    "as_of", "decided_by", "rationale", "citations", "sources", "doubts", "not_checkable", "score",
)  # fmt: skip
_CELL = 4000
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
    """The report in Markdown: the finding, then each claim with its evidence, those that matter most first."""

    def plain(text: str) -> str:
        return _MARKDOWN.sub(r"\\\1", t.clean(text))

    lines = [f"# {plain(page.title)}", ""]
    meta = [page.show, page.published, page.length, ", ".join(p.name for p in page.people)]
    lines += [plain(" · ".join(part for part in meta if part)), "", plain(page.finding), ""]
    if page.synthetic:
        lines += ["*The voices in this episode are made by a machine.*", ""]
    for card in page.cards:
        if card.then is None:
            continue
        where = f" ({card.when})" if card.when else ""
        lines.append(f"- **{card.label}**, {card.then.confidence_words} confidence: {plain(card.claim)}")
        lines.append(
            f"  - {plain(card.speaker or 'Somebody')}{where}: “{plain(t.bounded(card.spoken.statement, 300))}”"
        )
        why = "".join(bit.text or f" ({bit.number})" for bit in card.then.rationale)
        lines.append(f"  - {plain(t.flat(why))}")
        if card.changed and card.today:
            lines.append(f"  - With what is known on {card.today.as_of}: {card.today.label.lower()}")
        for cited in (*card.group("decided"), *card.group("against")):
            source = f"[{plain(cited.title)}]({cited.url.replace(')', '%29')})" if cited.url else plain(cited.title)
            lines.append(f"  - {cited.number}. {source}, {plain(cited.publisher)}, {cited.known}")
    if page.skipped:
        lines += ["", f"Heard but not checkable: {len(page.skipped)}."]
    lines += [
        "",
        f"*Made by claimcast {plain(page.made.version)}, {plain(page.made.at)}. {plain(page.made.limits[0])}*",
        "",
    ]
    return "\n".join(lines)
