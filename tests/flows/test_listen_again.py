"""Both readings of an unlikely word reach the claim: a real recogniser on a recording whose first reading was spoilt."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows.listen_again import with_second_hearing
from flows.policies import Evidence, Order, Work, work_on
from pipeline.media import open_source
from pipeline.models import Claim, Doubt, Transcript
from pipeline.settings import Settings
from pipeline.speech import transcribe
from pipeline.speech.second import plain
from tests.speech.test_whisper import CLIPS, needs_clips, tiny

__all__ = ["tiny"]
DAY = date(1961, 1, 20)


@pytest.fixture
def spoilt(tiny: Settings) -> tuple[Work, Transcript]:
    """The work on a recording, and what was heard in it but for one word."""
    audio = CLIPS / "jfk.flac"
    transcript = transcribe(audio, settings=tiny)
    segments = []
    for segment in transcript.segments:
        heard = [
            word.model_copy(update={"text": "county", "probability": 0.2}) if plain(word.text) == "country" else word
            for word in segment.words
        ]
        segments.append(segment.model_copy(update={"words": tuple(heard)}))
    order = Order(source=str(audio), published=DAY)
    opened = open_source(str(audio), published=DAY, settings=tiny)
    work = work_on(opened, Evidence(generation="none", names=(), passages=0), tiny, order)
    return work, transcript.model_copy(update={"segments": tuple(segments)})


def claim(transcript: Transcript, *texts: str, checkable: bool = True) -> Claim:
    """A claim that doubts the first word of each of these texts."""
    words = [word for segment in transcript.segments for word in segment.words]
    doubted = [next(word for word in words if plain(word.text) == text) for text in texts]
    doubts = tuple(
        Doubt(kind="word", text=f"the recogniser was unsure of “{w.text}” (20%)", heard=w.text.strip(",."), at=w.start)
        for w in doubted
    )
    return Claim(id="c1", statement="…", claim="…", as_of=DAY, doubts=doubts, checkable=checkable)


@needs_clips
def test_another_reading_is_told_and_the_same_one_calms(spoilt: tuple[Work, Transcript]) -> None:
    work, transcript = spoilt
    (found,) = with_second_hearing(work, (claim(transcript, "county", "americans"),), transcript)
    other, same = found.doubts
    assert other.text == "heard “county”; could be “country”"
    assert other.could_be == "country"
    assert other.weight == pytest.approx(0.15)
    assert same.text.endswith("and heard the same again")
    assert same.weight == pytest.approx(0.05)


@needs_clips
@pytest.mark.parametrize("why", ["not checkable", "a file's words", "no sound", "sound that is gone", "no doubt"])
def test_what_can_t_or_need_not_be_heard_again_stays(spoilt: tuple[Work, Transcript], why: str, tmp_path: Path) -> None:
    work, transcript = spoilt
    claims = (claim(transcript, *([] if why == "no doubt" else ["county"]), checkable=why != "not checkable"),)
    media = {"no sound": None, "sound that is gone": tmp_path / "gone.flac"}
    if why in media:
        work = work.model_copy(update={"opened": work.opened.model_copy(update={"media": media[why]})})
    if why == "a file's words":
        transcript = transcript.model_copy(update={"origin": "publisher"})
    assert with_second_hearing(work, claims, transcript) == claims


@needs_clips
def test_of_a_short_episode_a_few_words_are_heard_again_names_last(spoilt: tuple[Work, Transcript]) -> None:
    work, transcript = spoilt
    one = claim(transcript, "fellow", "americans", "ask", "what", "county")
    doubts = tuple(doubt.model_copy(update={"kind": "name"} if doubt.heard == "county" else {}) for doubt in one.doubts)
    (found,) = with_second_hearing(work, (one.model_copy(update={"doubts": doubts}),), transcript)
    changed = [after.heard for before, after in zip(doubts, found.doubts, strict=True) if before != after]
    assert len(changed) == 3
    assert "county" not in changed, "it is the least likely word, but a name"
