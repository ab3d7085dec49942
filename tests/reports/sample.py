"""Reports to draw pages from: the invented conversation with a verdict of every kind, and large or hostile ones."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from pipeline.models import (
    CheckedClaim,
    Claim,
    Derivation,
    Doubt,
    Episode,
    ModelUse,
    Operand,
    Person,
    Provenance,
    Report,
    Segment,
    Transcript,
    Verdict,
    Word,
    stable_id,
)
from tests.reports.dialogue import MARA, TOM, TURNS
from tests.reports.verdicts import CHECKED, NOT_CHECKABLE, STANDALONE

AS_OF = date(2025, 7, 31)
TODAY = date(2026, 11, 25)
_MARK = re.compile(r"\[\[(\w+)\|(.*?)\]\]", re.DOTALL)
_SECONDS_A_LETTER = 0.062


def _words(text: str, start: float) -> tuple[Word, ...]:
    words, clock = [], start
    for token in text.split():
        length = (len(token) + 1) * _SECONDS_A_LETTER
        unsure = token.strip(",.") in {"Quinn", "sixty"}
        words.append(Word(text=" " + token, start=clock, end=clock + length, probability=0.38 if unsure else 0.96))
        clock += length
    return tuple(words)


def conversation(timed: bool = True) -> tuple[Transcript, dict[str, Claim]]:
    """The transcript of the invented conversation and its claims by name; without times when `timed` is False."""
    segments: list[Segment] = []
    claims: dict[str, Claim] = {}
    clock = 1.2
    for speaker, marked in TURNS:
        for piece in re.split(r"(?<=[.?!\]])\s+(?=[\[A-Z])", marked):
            text = _MARK.sub(r"\2", piece)
            start, end = (clock, clock + len(text) * _SECONDS_A_LETTER) if timed else (None, None)
            words = _words(text, clock) if timed else ()
            segments.append(Segment(id=len(segments), text=text, start=start, end=end, speaker=speaker, words=words))
            for name, statement in _MARK.findall(piece):
                claims[name] = _claim(name, statement, segments[-1])
            clock += len(text) * _SECONDS_A_LETTER + 0.35
    origin = "recogniser" if timed else "publisher"
    return Transcript(segments=tuple(segments), language="en", origin=origin), claims


def _claim(name: str, statement: str, segment: Segment) -> Claim:
    kind = NOT_CHECKABLE.get(name)
    heard = Doubt(kind="name", text="Heard as “Quinn”; the model is called Qwen.", heard="Quinn", could_be="Qwen")
    return Claim(
        id=stable_id(name, statement),
        statement=statement,
        claim=STANDALONE.get(name, statement),
        speaker=segment.speaker,
        start=segment.start,
        end=segment.end,
        segment_ids=(segment.id,),
        score=0.35 if kind else 0.9 - 0.01 * (len(statement) % 17),
        checkable=kind is None,
        not_checkable=kind,
        reasons=("names a product", "gives a number") if kind is None else (),
        as_of=AS_OF,
        doubts=(heard,) if name == "qwen" else (),
    )


def provenance() -> Provenance:
    """How a report says it was made."""
    return Provenance(
        claimcast_version="0.1.0",
        made_at=datetime(2026, 11, 25, 9, 30, tzinfo=UTC),
        models=(
            ModelUse(
                job="speech",
                name="Whisper base (CTranslate2, int8)",
                sha256="d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
                licence="MIT",
                device="cpu",
            ),
            ModelUse(
                job="embedding",
                name="all-MiniLM-L6-v2",
                sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
                licence="Apache-2.0",
                device="cpu",
            ),
        ),
        prompts={},
        settings={"whisper": "base", "llm": "none", "retrieve": "24"},
        store_generation="1214-7f3a9c",
        packages={"faster-whisper": "1.2.1", "chromadb": "1.5.9", "prefect": "3.8.8"},
        seconds={"open": 0.4, "transcribe": 14.8, "claims": 1.1, "judge": 6.2},
        counts={"segments": 42, "sentences": 44, "claims": 17, "passages looked at": 336},
    )


def sample_report(timed: bool = True) -> Report:
    """The invented conversation with its verdicts: an audio episode, or (`timed` False) a transcript without times."""
    transcript, claims = conversation(timed)
    checked = tuple(_checked(name, claim) for name, claim in claims.items())
    people = (Person(name=MARA, role="host"), Person(name=TOM, role="guest"))
    episode = Episode(
        id="how-far-behind-1f2e3d",
        title="How far behind?",
        show="Measured Distance",
        published=AS_OF,
        published_basis="file" if timed else "given",
        source="how-far-behind.synthetic.opus" if timed else "how-far-behind.md",
        kind="audio" if timed else "transcript",
        content_sha256=stable_id("episode", timed, length=64),
        duration=(transcript.segments[-1].end or 0) + 1.5 if timed else None,
        people=people,
        language="en",
        link="https://example.org/measured-distance/12",
        synthetic=timed,
    )
    return Report(episode=episode, transcript=transcript, claims=checked, provenance=provenance())


def _checked(name: str, claim: Claim) -> CheckedClaim:
    if name in NOT_CHECKABLE:
        return CheckedClaim(claim=claim)
    then, today, later, doubts = CHECKED[name]
    return CheckedClaim(
        claim=claim, verdict=then, verdict_today=today or then.model_copy(update={"as_of": None}),
        later=later, doubts=(*claim.doubts, *doubts),
    )  # fmt: skip


def long_report(claims: int = 400, hours: float = 3.0) -> Report:
    """A long episode: `claims` claims spread over `hours` of two people talking."""
    base = sample_report()
    usable = [item for item in base.claims if item.verdict is not None]
    filler = (
        "There is a great deal more to say about that and we will come to all of it in its own good time, I promise. "
    )
    seconds = hours * 3600 / claims
    segments, checked = [], []
    for number in range(claims):
        item = usable[number % len(usable)]
        start = number * seconds
        middle = start + seconds * 0.8
        speaker = MARA if number % 3 else TOM
        segments.append(
            Segment(
                id=2 * number,
                text=filler * 3,
                start=start,
                end=middle,
                speaker=speaker,
                words=_words(filler * 3, start),
            )
        )
        segments.append(
            Segment(id=2 * number + 1, text=item.claim.statement, start=middle, end=start + seconds, speaker=speaker)
        )
        claim = item.claim.model_copy(
            update={"id": stable_id("long", number), "speaker": speaker, "start": middle, "end": start + seconds,
                    "segment_ids": (2 * number + 1,)}
        )  # fmt: skip
        checked.append(item.model_copy(update={"claim": claim}))
    episode = base.episode.model_copy(update={"duration": hours * 3600.0, "title": "The long one"})
    transcript = Transcript(segments=tuple(segments), language="en", origin="recogniser")
    return Report(episode=episode, transcript=transcript, claims=tuple(checked), provenance=base.provenance)


HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>\"'> {{ 7*7 }} {% raw %} ${7*7} </script><!-- "
    "\x00\x07\u202eevil\u202c\u2066\u200f =1+1 @SUM(A1) ]]> &amp; "
)


def hostile_report(repeat: int = 1, claims: int = 99) -> Report:
    """A report in which every text that comes from outside attacks the page; `repeat` makes the lines long."""
    bad = HOSTILE * repeat
    base = sample_report()

    def verdict(item: Verdict) -> Verdict:
        citations = tuple(
            c.model_copy(
                update={
                    "passage": c.passage.model_copy(
                        update={"text": bad + c.quote + bad, "title": bad, "publisher": bad, "url": "javascript:alert(3)",
                                "location": bad, "origin": bad}
                    )
                }
            )
            for c in item.citations
        )  # fmt: skip
        derivation = Derivation(
            operation=bad,
            operands=(Operand(label=bad, value=bad, unit=bad, passage_id="x"),),
            steps=(bad,),
            conclusion=bad,
        )
        return item.model_copy(
            update={"citations": citations, "rationale": bad, "missing": bad, "derivation": derivation}
        )

    attacked = tuple(
        item.model_copy(
            update={
                "claim": item.claim.model_copy(
                    update={
                        "statement": bad,
                        "claim": "=" + bad,
                        "speaker": bad,
                        "id": f"../{number}<\"'>",
                        "attributed_to": bad,
                    }
                ),
                "verdict": verdict(item.verdict) if item.verdict else None,
                "verdict_today": verdict(item.verdict_today) if item.verdict_today else None,
                "doubts": (Doubt(kind="word", text=bad, heard=bad, could_be=bad),),
            }
        )
        for number, item in enumerate(base.claims[:claims])
    )
    segments = tuple(
        s.model_copy(update={"text": bad + s.text, "speaker": bad}) for s in base.transcript.segments[: claims * 3]
    )
    episode = base.episode.model_copy(
        update={"title": bad, "show": bad, "link": "javascript:alert(4)", "source": bad, "people": (Person(name=bad, role=bad),),
                "warnings": (bad,)}
    )  # fmt: skip
    made = base.provenance.model_copy(update={"settings": {bad: bad}, "warnings": (bad,), "store_generation": bad})
    transcript = base.transcript.model_copy(update={"segments": segments, "warnings": (bad,)})
    return Report(episode=episode, transcript=transcript, claims=attacked, provenance=made)
