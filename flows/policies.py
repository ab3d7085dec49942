"""When a stage's result may be used again: the key of everything that went into it.

The same keys serve Prefect's cache (`cache_key`) and the check made before Prefect is started (`rerun.finished_work`).
Each key holds the one before it, so a change early in the line redoes all that follows. A stage's code is an input too:
speech by a number that is raised by hand, because listening is dear; the others by their source text.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from functools import cache
from pathlib import Path

from pipeline.media import OpenedSource
from pipeline.models import Frozen
from pipeline.settings import Settings
from pipeline.weights import WEIGHTS

LISTENING_VERSION = 3
"""Raise it when a change in pipeline/speech makes better transcripts of the same audio."""

_ROOT = Path(__file__).resolve().parent.parent
_SOURCE_ENDINGS = (".py", ".json", ".jsonl", ".html", ".css", ".js", ".txt", ".toml")


_NOT_READ = {"source", "content_sha256", "warnings", "chapters", "transcripts", "alternates"}
"""What of an episode no claim depends on."""


class Evidence(Frozen):
    """The state of the evidence store: what it holds, and the names in it."""

    generation: str
    names: tuple[str, ...] = ()
    passages: int = 0


class Plan(Frozen):
    """The key of each stage for one episode: the same key, the same result."""

    transcript: str
    claims: str
    verdicts: str
    report: str

    def key(self, stage: str) -> str:
        """The key of the stage called `stage`."""
        return str(getattr(self, stage))


class Order(Frozen):
    """What a person asked for: a source, and what they know of it."""

    source: str
    published: date | None = None
    episode: str = "latest"
    force: bool = False
    claims: str = ""
    """An editor's list of claims (CSV) to be judged instead of those that are found."""

    @property
    def name(self) -> str:
        """What tells this order from others: its source, and which episode of it when one is named."""
        return self.source if self.episode == "latest" else f"{self.source} ({self.episode})"


class Work(Frozen):
    """One episode to be verified: what was opened, how, and the wanted result of each stage."""

    opened: OpenedSource
    settings: Settings
    evidence: Evidence
    plan: Plan
    force: bool = False
    edited: str = ""
    """The editor's list of claims; empty: those that are found."""

    @property
    def folder(self) -> Path:
        return self.settings.episode_path(self.opened.episode.id)

    @property
    def name(self) -> str:
        return self.opened.episode.title


def work_on(opened: OpenedSource, evidence: Evidence, settings: Settings, order: Order) -> Work:
    """The work that an order asks for, now that its source is open and the evidence is known."""
    keys = plan(opened, settings, evidence, order.claims)
    return Work(opened=opened, settings=settings, evidence=evidence, plan=keys, force=order.force, edited=order.claims)


def plan(opened: OpenedSource, settings: Settings, evidence: Evidence, edited: str = "") -> Plan:
    """The keys of all stages for an opened episode, these settings and this state of the store."""
    episode = opened.episode
    names = glossary(settings)
    transcript = (
        stage_key(
            "transcript",
            source_of("pipeline/speech"),
            episode.content_sha256,
            _hash_of(opened.transcript),
            opened.published_transcript,
            *(_listening(settings, names) if opened.media else ()),
        )
        if opened.transcript
        else stage_key("transcript", episode.content_sha256, *_listening(settings, names))
    )
    told = episode.model_dump(mode="json", exclude=_NOT_READ)
    claims = stage_key(
        "claims", source_of("pipeline/claims"), transcript, told, names, evidence.names, *_llm(settings, "claims")
    )
    if edited:
        claims = stage_key("edited claims", claims, edited)
    verdicts = stage_key(
        "verdicts",
        source_of("pipeline/judging", "pipeline/evidence"),
        claims,
        evidence.generation,
        settings.stance,
        settings.embedding,
        settings.retrieve,
        *_llm(settings, "plan", "reading", "stance", "rationale"),
    )
    report = stage_key("report", source_of("reports"), verdicts, episode.model_dump(mode="json"))
    return Plan(transcript=transcript, claims=claims, verdicts=verdicts, report=report)


def stage_key(stage: str, *inputs: object) -> str:
    """The SHA-256 of a stage's name and all that goes into it; inputs are what JSON can hold."""
    text = json.dumps([stage, *inputs], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def cache_key(stage: str, work: Work) -> str:
    """The key under which Prefect keeps the result of this stage of this episode."""
    return f"{work.opened.episode.id}-{stage}-{work.plan.key(stage)}"


@cache
def source_of(*rooms: str) -> str:
    """A hash of the source text of these folders, as installed (what trains models is left out)."""
    digest = hashlib.sha256()
    for room in rooms:
        for path in sorted((_ROOT / room).rglob("*")):
            if path.suffix in _SOURCE_ENDINGS and not {"training", "__pycache__"} & set(path.parts):
                digest.update(path.relative_to(_ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def glossary(settings: Settings) -> tuple[str, ...]:
    """The names in the person's own glossary file, one a line; empty when none is set.

    Raises:
        SettingsError: the file can't be read.
    """
    if settings.glossary is None:
        return ()
    from pipeline.errors import SettingsError

    try:
        lines = settings.glossary.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"can't read the glossary {settings.glossary}: {error}; fix CLAIMCAST_GLOSSARY") from error
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _llm(settings: Settings, *steps: str) -> tuple[str, ...]:
    """What a stage owes to a language model: which one, and the prompt of each step it takes; nothing without one."""
    if settings.llm == "none":
        return ()
    from pipeline.llm import steps_of
    from pipeline.llm.prompts import load_prompt

    prompts = tuple(load_prompt(step).sha256 for step in steps_of(settings) if step in steps)
    return (settings.llm, settings.llm_base_url or "", source_of("pipeline/llm"), *prompts) if prompts else ()


def _listening(settings: Settings, names: tuple[str, ...]) -> tuple[object, ...]:
    """What hearing depends on besides the sound."""
    return (LISTENING_VERSION, _speech_model(settings), settings.language, names, settings.listen, *_voices(settings))


def _voices(settings: Settings) -> tuple[str, ...]:
    """The enrolled voices, by hash: with another one, an episode is heard anew."""
    return tuple(_hash_of(path) for path in sorted(settings.voices_path.glob("*.json")))


def _speech_model(settings: Settings) -> str:
    """The hash of the speech model when the table knows it, else its name."""
    known = WEIGHTS.get(settings.whisper)
    return known.sha256 if known else settings.whisper


def _hash_of(path: Path | None) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path else ""
