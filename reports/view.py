"""A report turned into what a page shows: plain frozen values, every text bounded, nothing left to compute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipeline.models import Report
from reports import text as t
from reports.assistance import Assistance, assistance
from reports.cards import cards
from reports.corrections import Correction
from reports.shapes import Card
from reports.spoken import Paragraph, named, paragraphs, with_chapters
from reports.strip import Strip, strip
from reports.topics import topics
from reports.words import BASIS, KINDS

LIMITS = (
    "No person has checked this page. A programme listened, searched a store of dated evidence, and compared; "
    "it makes mistakes.",
    "Words may be misheard. What was heard with doubt is underlined in the transcript and named beside the claim.",
    "The store of evidence is finite. “Not enough evidence” means that nothing in it settles the claim, not that the "
    "claim is false.",
    "A verdict is about one sentence as it was understood, not about the person who said it or their honesty.",
)


@dataclass(frozen=True)
class Row:
    """One line of the account of how the report was made."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Made:
    """How the report was made."""

    models: tuple[tuple[str, str, str, str, str], ...]
    """job, name, hash, licence, device."""
    prompts: tuple[Row, ...]
    settings: tuple[Row, ...]
    packages: tuple[Row, ...]
    seconds: tuple[Row, ...]
    total: str
    counts: tuple[Row, ...]
    warnings: tuple[str, ...]
    version: str
    at: str
    store: str
    assistance: Assistance | None = None
    """What a language model did; None when none took part."""
    limits: tuple[str, ...] = LIMITS


@dataclass(frozen=True)
class PersonView:
    """Somebody who speaks or is named, with how many claims are theirs."""

    name: str
    role: str
    claims: int


@dataclass(frozen=True)
class Page:
    """One episode's page."""

    id: str
    title: str
    show: str
    link: str
    description: str
    published: str
    published_iso: str
    basis: str
    length: str
    people: tuple[PersonView, ...]
    speakers: tuple[str, ...]
    topics: tuple[str, ...]
    synthetic: bool
    language: str
    kind: str
    source: str
    sha256: str
    origin: str
    finding: str
    strip: Strip
    cards: tuple[Card, ...]
    """Checkable claims, those that matter most first."""
    first: tuple[Card, ...]
    """The few that a reader should see before all others."""
    skipped: tuple[Card, ...]
    """What was heard and can't be checked, in order of time."""
    paragraphs: tuple[Paragraph, ...]
    made: Made
    today: str
    today_short: str


def page(report: Report, corrections: Sequence[Correction] = ()) -> Page:
    """The page of a finished report, with what people say against its verdicts."""
    episode, today = report.episode, report.provenance.made_at.date()
    every = _with_topics(cards(report, corrections))
    checkable = sorted((c for c in every if c.then), key=lambda c: (-c.weight, c.position))
    return Page(
        id=t.slug(episode.id),
        title=t.line(episode.title, 200) or "Untitled episode",
        show=t.line(episode.show, 120),
        link=t.safe_url(episode.link),
        description=t.bounded(t.flat(episode.description[:4000]), 600),
        published=t.day(episode.published),
        published_iso=episode.published.isoformat(),
        basis=BASIS[episode.published_basis],
        length=t.length(episode.duration),
        people=_people(report),
        speakers=tuple(dict.fromkeys(c.speaker for c in every if c.speaker)),
        topics=tuple(dict.fromkeys(topic for c in checkable for topic in c.topics)),
        synthetic=episode.synthetic,
        language=episode.language or "en",
        kind=episode.kind,
        source=t.line(episode.source, 200),
        sha256=t.line(episode.content_sha256, 64),
        origin=_origin(report),
        finding=finding(report, today),
        strip=strip(report, every),
        cards=tuple(checkable),
        first=_first(checkable),
        skipped=tuple(c for c in every if not c.then),
        paragraphs=with_chapters(
            paragraphs(report.transcript, [checked.claim for checked in report.claims]), episode.chapters
        ),
        made=_made(report),
        today=t.day(today),
        today_short=t.day(today, short=True),
    )


def _first(ordered: Sequence[Card]) -> tuple[Card, ...]:
    """Two that don't hold up, one with evidence on both sides, one that changed; filled up to four in order."""
    told: dict[str, Card] = {}
    for card in ordered:
        told.setdefault(card.claim.casefold(), card)
    rest = list(told.values())
    wanted = [
        *[c for c in rest if c.kind == "refuted"][:2],
        *[c for c in rest if c.kind == "conflicting"][:1],
        *[c for c in rest if c.changed][:1],
        *rest,
    ]
    return tuple({card.id: card for card in wanted}.values())[:4] if len(ordered) > 4 else ()


def _with_topics(every: Sequence[Card]) -> tuple[Card, ...]:
    found = topics([card.claim for card in every])
    return tuple(replace(card, topics=mine) for card, mine in zip(every, found, strict=True))


def finding(report: Report, today: date) -> str:
    """What was found, in one sentence."""
    counts = report.counts
    labels = [kind for kind in KINDS if kind != "not_checkable"]
    checkable = sum(counts[label] for label in labels)
    if not checkable:
        return "No statement in this episode could be checked."
    verbs = {
        "supported": ("holds up", "hold up"),
        "refuted": ("does not", "do not"),
        "conflicting": ("has evidence on both sides", "have evidence on both sides"),
        "not_enough_evidence": ("can’t be settled", "can’t be settled"),
    }
    if not counts["supported"]:
        verbs["refuted"] = ("does not hold up", "do not hold up")
    parts = [f"{t.counted(counts[k])} {verbs[k][counts[k] != 1]}" for k in labels if counts[k]]
    noun = "statement" if checkable == 1 else "statements"
    known = t.day(report.episode.published)
    changed = sum(
        1 for c in report.claims if c.verdict and c.verdict_today and c.verdict.label != c.verdict_today.label
    )
    text = f"Of {t.counted(checkable)} checkable {noun}, {t.listed(parts)}, going by what was known on {known}."
    if checkable > 1 and len(parts) == 1:
        whole = {
            "supported": f"All {t.counted(checkable)} checkable statements hold up",
            "refuted": f"None of the {t.counted(checkable)} checkable statements holds up",
            "conflicting": f"All {t.counted(checkable)} checkable statements have evidence on both sides",
            "not_enough_evidence": f"None of the {t.counted(checkable)} checkable statements can be settled",
        }
        text = f"{next(whole[k] for k in labels if counts[k])}, going by what was known on {known}."
    if changed:
        look = "looks" if changed == 1 else "look"
        text += f" {t.counted(changed).capitalize()} {look} different with what is known on {t.day(today)}."
    return text


def _people(report: Report) -> tuple[PersonView, ...]:
    """Who is named or speaks; a sound file's tag calls everybody an artist, which says nothing."""
    said: dict[str, int] = {}
    for checked in report.claims:
        if checked.claim.speaker:
            said[checked.claim.speaker] = said.get(checked.claim.speaker, 0) + 1
    roles = {person.name: "" if person.role == "artist" else person.role for person in report.episode.people}
    voices = named(report.transcript, [checked.claim for checked in report.claims])
    spoke = {voices.get(s.speaker, s.speaker) for s in report.transcript.segments if s.speaker}
    names = [*roles, *(name for name in sorted(spoke) if name not in roles)]
    return tuple(
        PersonView(t.line(name, 80), t.line(roles.get(name, ""), 40), said.get(name, 0)) for name in names[:24]
    )


def _origin(report: Report) -> str:
    heard = (
        f"heard by the speech model “{t.line(report.transcript.model)}”"
        if report.transcript.model
        else "heard by a speech recogniser"
    )
    return {"recogniser": heard, "file": "read from a transcript file", "publisher": "as published with the episode"}[
        report.transcript.origin
    ]


def _made(report: Report) -> Made:
    made = report.provenance

    def rows(pairs: dict[str, str]) -> tuple[Row, ...]:
        return tuple(Row(t.line(k, 100), t.line(str(v), 200)) for k, v in sorted(pairs.items())[:80])

    total = sum(made.seconds.values())
    return Made(
        models=tuple((m.job, t.line(m.name), m.sha256[:64], t.line(m.licence, 60), m.device) for m in made.models),
        prompts=rows(made.prompts),
        settings=rows(made.settings),
        packages=rows(made.packages),
        seconds=tuple(Row(t.line(k, 60), f"{v:.1f} s") for k, v in made.seconds.items()),
        total=t.length(total) if total >= 1 else f"{total:.1f} s",
        counts=tuple(Row(t.line(k, 60), t.number(v)) for k, v in made.counts.items()),
        warnings=tuple(
            t.line(w, 400) for w in (*report.episode.warnings, *report.transcript.warnings, *made.warnings)[:40]
        ),
        version=t.line(made.claimcast_version, 40),
        at=f"{t.day(made.made_at.date())}, {made.made_at:%H:%M} {made.made_at.tzname() or ''}".strip(),
        store=t.line(made.store_generation, 100),
        assistance=assistance(made.llm),
    )
