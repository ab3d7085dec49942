"""What `extract` tells of a claim besides its words: who, when, on whose word, with which doubts."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

import pytest

from pipeline.claims import extract, words_from_nowhere
from pipeline.models import Claim, Episode, Person, Segment, Transcript, Word
from pipeline.speech import read_transcript
from tests.claims.talk import GLOSSARY, claims_in, episode, transcript_of
from tests.conftest import SHARED

PODCASTS = sorted((SHARED / "data" / "podcasts").glob("practical-ai-*.md"))


def test_opinions_and_predictions_are_kept_apart() -> None:
    found = claims_in(
        "Ada: I think that open models are the most exciting story in technology.",
        "Joe: By the end of 2026, Chinese models will be ahead of American models.",
    )
    assert [(claim.checkable, claim.not_checkable) for claim in found] == [(False, "opinion"), (False, "prediction")]


def test_hearsay_keeps_its_crowd() -> None:
    (claim,) = claims_in("Ada: People keep saying that China is only months behind.")
    assert (claim.claim, claim.attributed_to) == ("China is only months behind.", "people")
    assert claim.statement == "People keep saying that China is only months behind."


def test_a_named_source_is_kept_with_what_it_says() -> None:
    (claim,) = claims_in("Ada: Stanford says that 40 models came from the United States.")
    assert claim.attributed_to == "Stanford"
    assert claim.claim.startswith("Stanford says")


def test_the_sentence_that_resolved_a_pronoun_is_cited() -> None:
    (claim,) = claims_in("Ada: Let us talk about GLM-4.5.", "Joe: It scored 91 percent on AIME.")
    assert claim.context == ("Let us talk about GLM-4.5.",)
    assert claim.statement == "It scored 91 percent on AIME."


def test_an_unsure_referent_is_said_to_be_one() -> None:
    (claim,) = claims_in("Ada: They did the whole thing for under six million dollars, everything included.")
    assert claim.claim.startswith("They did")
    assert [doubt.kind for doubt in claim.doubts] == ["referent"]


def test_a_name_heard_wrongly_stays_as_heard_and_is_doubted() -> None:
    (claim,) = claims_in("Ada: Quinn Turbo 1 million was released last week.")
    assert "Quinn" in claim.claim
    assert [(doubt.heard, doubt.could_be) for doubt in claim.doubts if doubt.kind == "name"] == [("Quinn", "Qwen")]


def test_people_are_not_taken_for_models_heard_wrongly() -> None:
    transcript = transcript_of("Quinn Baker: Baidu released ERNIE 4.5 in June 2025, says Quinn Baker.")
    assert [doubt for claim in extract(transcript, episode(), glossary=GLOSSARY) for doubt in claim.doubts] == []


def _spoken(text: str, probability: float, unsure: str) -> Transcript:
    words = tuple(
        Word(text=word, start=0.5 * i, end=0.5 * i + 0.4, probability=probability if word == unsure else 0.99)
        for i, word in enumerate(text.split())
    )
    return Transcript(segments=(Segment(id=0, text=text, start=0.0, end=9.0, speaker="Ada", words=words),))


def test_a_number_the_recogniser_was_unsure_of() -> None:
    (claim,) = extract(_spoken("GLM-4.5 has 355 billion parameters.", 0.31, "355"), episode(), glossary=GLOSSARY)
    assert [(doubt.kind, doubt.heard, doubt.at) for doubt in claim.doubts] == [("number", "355", 1.0)]


@pytest.mark.parametrize(("word", "doubted"), [("not", True), ("three", True), ("benchmarks", False), ("on", False)])
def test_negations_and_spelt_numbers_are_doubted_sooner_than_other_words(word: str, doubted: bool) -> None:
    said = "GLM-4.5 does not lead on three benchmarks."
    heard = _spoken(said, 0.4, word if word != "benchmarks" else "benchmarks.")
    (claim,) = extract(heard, episode(), glossary=GLOSSARY)
    assert [doubt.heard for doubt in claim.doubts if doubt.at is not None] == ([word] if doubted else [])


def test_times_are_those_of_the_words() -> None:
    text = "Good to know. R1 is MIT licensed, you can do what you want with it."
    (claim,) = extract(_spoken(text, 0.99, ""), episode(), glossary=GLOSSARY)
    assert (claim.statement, claim.start, claim.end) == ("R1 is MIT licensed", 1.5, 3.4)


def test_a_sentence_cut_by_segments_and_a_listeners_word() -> None:
    transcript = Transcript(
        segments=(
            Segment(id=0, text="DeepSeek released the weights of", start=0.0, end=2.0, speaker="Ada"),
            Segment(id=1, text="Mm-hm.", start=2.0, end=2.4, speaker="Joe"),
            Segment(id=2, text="R1 under the MIT license.", start=2.4, end=5.0, speaker="Ada"),
        )
    )
    (claim,) = extract(transcript, episode(), glossary=GLOSSARY)
    assert claim.claim == "DeepSeek released the weights of R1 under the MIT license."
    assert (claim.segment_ids, claim.start, claim.end) == ((0, 2), 0.0, 5.0)


def test_a_repeated_claim_is_one_with_all_its_times() -> None:
    found = claims_in(
        "Ada: Kimi K2 has 32 billion active parameters.",
        "Joe: And R1 is MIT licensed.",
        "Ada: So Kimi K2 has 32 billion active parameters.",
        "Joe: Kimi K2 has 37 billion active parameters.",
    )
    assert [(claim.claim[:7], claim.also_at) for claim in found] == [
        ("Kimi K2", (4.0,)),
        ("R1 is M", ()),
        ("Kimi K2", ()),
    ]


def test_numbered_speakers_get_the_names_they_introduce_themselves_by() -> None:
    found = extract(
        transcript_of(
            "Speaker 1: I am Ada, and with me is Joe. GLM-4.5 has 355 billion parameters.",
            "Speaker 2: And Kimi K2 has 32 billion active parameters.",
        ),
        episode((Person(name="Ada Lind"),)),
        glossary=GLOSSARY,
    )
    assert [claim.speaker for claim in found] == ["Ada Lind", "Joe"]


def test_what_only_announces_a_statement_is_no_part_of_it() -> None:
    (claim,) = claims_in("Ada: And one of the things that you see is that Kimi K2 has 32 billion active parameters.")
    assert claim.claim == "Kimi K2 has 32 billion active parameters."
    assert claim.statement.startswith("And one of the things that you see")


def test_a_sponsor_read_ends_where_the_talk_goes_on() -> None:
    found = claims_in(
        "Ada: This episode is brought to you by Acme Cloud. Acme Cloud runs 200 models. Use code ADA for 20 percent off.",
        "Joe: GLM-4.5 has 355 billion parameters.",
    )
    assert [claim.claim for claim in found] == ["GLM-4.5 has 355 billion parameters."]


def test_nothing_said_nothing_found() -> None:
    assert extract(Transcript(segments=()), episode()) == ()


def test_markup_in_a_transcript_is_only_text() -> None:
    (claim,) = claims_in("Ada: GLM-4.5 <script>alert(1)</script> has 355 billion parameters.")
    assert "<script>" in claim.statement


def _podcast(path: Path, segments: int | None = None) -> tuple[Claim, ...]:
    about = Episode(id="p", title="P", published=date(2024, 11, 27), source="p.md", content_sha256="0" * 64)
    whole = read_transcript(path)
    return extract(whole.model_copy(update={"segments": whole.segments[:segments]}), about, glossary=GLOSSARY)


@pytest.mark.skipif(not PODCASTS, reason="the real podcasts are not here (../shared/data/podcasts)")
def test_real_talk_has_no_word_from_nowhere() -> None:
    found = [claim for path in PODCASTS for claim in _podcast(path)]
    floors = tomllib.loads((Path(__file__).parent.parent / "benchmarks" / "floors.toml").read_text("utf-8"))
    assert sum(claim.checkable for claim in found) >= floors["claims"]["podcast_claims"]
    assert [words for claim in found if (words := words_from_nowhere(claim))] == []


@pytest.mark.skipif(not PODCASTS, reason="the real podcasts are not here (../shared/data/podcasts)")
def test_real_talk_gives_the_same_claims_twice() -> None:
    assert _podcast(PODCASTS[-1], 60) == _podcast(PODCASTS[-1], 60)


@pytest.mark.skipif(not PODCASTS, reason="the real podcasts are not here (../shared/data/podcasts)")
def test_another_process_with_other_hashes_gives_the_same_claims(tmp_path: Path) -> None:
    source = tmp_path / "talk.md"
    source.write_text("\n\n".join(PODCASTS[-1].read_text("utf-8").split("\n\n")[60:90]), "utf-8")
    command = [sys.executable, "-m", "flows.cli", "claims", "extract", str(source), "--published", "2024-11-27"]
    written = [
        subprocess.run(
            command,
            capture_output=True,
            check=True,
            timeout=120,
            env={**os.environ, "PYTHONHASHSEED": seed, "CLAIMCAST_HOME": str(tmp_path / seed)},
        ).stdout
        for seed in ("1", "2")
    ]
    assert written[0] == written[1]
    assert written[0].count(b"\n") >= 5


@pytest.mark.parametrize(
    ("opening", "name"),
    [
        ("This is Ada Lind, and I'm joined as always by Joe Stone.", "Joe Stone"),
        ("I'm Ada Lind, and I'm joined by Joe Stone, who is an engineer.", "Joe Stone"),
        ("I am Ada Lind, and I'm here with my co-host, Joe Stone.", "Joe Stone"),
        ("I'm Ada Lind, and I'm joined by Joe Stone and by Cleo Marsh.", "Speaker 2"),
    ],
)
def test_who_is_joined_by_whom(opening: str, name: str) -> None:
    found = extract(
        transcript_of(f"Speaker 1: Hello. {opening}", "Speaker 2: GLM-4.5 has 355 billion parameters."),
        episode(),
        glossary=GLOSSARY,
    )
    assert found[-1].speaker == name
