"""Checkable claims of a transcript, and the opinions and predictions worth showing, in order of time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pipeline.claims.checkability import is_instruction, is_speculation, not_checkable, reasons
from pipeline.claims.grammar import parse
from pipeline.claims.sentences import Sentence, split
from pipeline.models import Claim, Episode, Transcript, stable_id


class Scorer(Protocol):
    """A check-worthiness model."""

    threshold: float

    def score(self, texts: Sequence[str]) -> list[float]: ...


def extract(
    transcript: Transcript, episode: Episode, *, glossary: Sequence[str] = (), scorer: Scorer | None = None
) -> tuple[Claim, ...]:
    """The claims of an episode in order of time: checkable ones, and opinions and predictions with their kind."""
    sentences = split(transcript)
    docs = parse([sentence.text for sentence in sentences])
    scores = scorer.score([sentence.text for sentence in sentences]) if scorer else [1.0] * len(sentences)
    found = []
    for sentence, doc, score in zip(sentences, docs, scores, strict=True):
        tokens = list(doc)
        why = reasons(tokens, sentence.text, any(name.lower() in sentence.text.lower() for name in glossary))
        if len(why) < 2 or is_instruction(tokens, sentence.text) or is_speculation(tokens, sentence.text):
            continue
        kind = not_checkable(tokens, sentence.text)
        if kind in {"question", "small_talk", "joke", "anecdote"}:
            continue
        found.append(
            _claim(sentence, episode, score, why).model_copy(update={"not_checkable": kind, "checkable": kind is None})
        )
    return tuple(found)


def _claim(sentence: Sentence, episode: Episode, score: float, why: tuple[str, ...]) -> Claim:
    return Claim(
        id=stable_id(episode.id, sentence.id, sentence.text),
        statement=sentence.text,
        claim=sentence.text,
        speaker=sentence.speaker,
        speaker_sure=sentence.speaker_sure,
        start=sentence.start,
        end=sentence.end,
        sentence_ids=(sentence.id,),
        segment_ids=sentence.segment_ids,
        score=score,
        reasons=why,
        as_of=episode.published,
    )
