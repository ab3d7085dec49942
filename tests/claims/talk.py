"""Short talks to find claims in: what is said, by whom, on which day."""

from __future__ import annotations

from datetime import date

from pipeline.claims import extract
from pipeline.models import Claim, Episode, Person, Segment, Transcript

GLOSSARY = (
    "DeepSeek-R1", "DeepSeek-V3", "Qwen2.5-72B", "Qwen3-235B-A22B", "GLM-4.5", "Kimi K2", "ERNIE 4.5", "Llama 4 Scout", "o1", "GPT-4.1",
    "Claude Opus 4", "OpenAI", "Alibaba", "Baidu", "Moonshot AI", "Nvidia", "H20", "H100", "A800",
)  # fmt: skip
SAID = date(2025, 7, 31)


def transcript_of(*turns: str) -> Transcript:
    """A transcript of turns "Ada: words"; two seconds a turn."""
    segments = []
    for i, turn in enumerate(turns):
        speaker, _, text = turn.partition(": ")
        segments.append(Segment(id=i, text=text, speaker=speaker, start=2.0 * i, end=2.0 * i + 2.0))
    return Transcript(segments=tuple(segments))


def episode(people: tuple[Person, ...] = ()) -> Episode:
    return Episode(id="talk", title="Talk", published=SAID, source="talk.vtt", content_sha256="0" * 64, people=people)


def claims_in(*turns: str) -> tuple[Claim, ...]:
    """All that is found in the turns, opinions and predictions too."""
    return extract(transcript_of(*turns), episode(), glossary=GLOSSARY)


def checkable(*turns: str) -> list[str]:
    """The wording of the checkable claims in the turns."""
    return [claim.claim for claim in claims_in(*turns) if claim.checkable]
