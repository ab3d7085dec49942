"""Voices that were enrolled: a host is known in another recording, a stranger is not, and nothing stays after forgetting."""

from __future__ import annotations

import stat
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import butter, sosfilt

from pipeline.errors import ClaimcastError, InputError
from pipeline.settings import Settings
from pipeline.sound import RATE, decode
from pipeline.speech import Part, enrol, enrolled, forget, transcribe
from pipeline.speech.enrolled import Voiceprint, recognised
from tests.speech.sounds import Samples, silence, write_wav
from tests.speech.test_whisper import CLIPS, needs_clips, tiny

__all__ = ["tiny"]
FIRST = [f"LJ001-00{number:02d}" for number in range(1, 7)]
LATER = ["LJ001-0008", "LJ001-0011", "LJ001-0013"]
OTHER = [f"2414-128291-000{number}" for number in (0, 3, 9)]


def spoken(*names: str) -> Samples:
    return np.concatenate([piece for name in names for piece in (*decode(CLIPS / f"{name}.flac"), silence(0.4))])


@pytest.fixture
def host(tmp_path: Path) -> Path:
    return write_wav(tmp_path / "host.wav", spoken(*FIRST))


@needs_clips
def test_a_host_is_known_in_another_recording(tiny: Settings, tmp_path: Path, host: Path) -> None:
    made = enrol("  Ada   Byron ", host, settings=tiny)
    assert made.name == "Ada Byron"
    assert made.seconds > 20
    talk = write_wav(tmp_path / "talk.wav", spoken(OTHER[0], LATER[0], OTHER[1], LATER[1], OTHER[2]))
    transcript = transcribe(talk, settings=tiny)
    assert [turn.speaker for turn in transcript.turns] == [
        "Speaker 1", "Ada Byron", "Speaker 1", "Ada Byron", "Speaker 1"
    ]  # fmt: skip
    assert any("Ada Byron was told by the voice" in line for line in transcript.warnings)


@needs_clips
def test_a_recording_of_one_voice_has_its_name_or_none(tiny: Settings, tmp_path: Path, host: Path) -> None:
    enrol("Ada", host, settings=tiny)
    muffled = sosfilt(butter(2, 3000, "lowpass", fs=RATE, output="sos"), spoken(*LATER)).astype(np.float32)
    same = transcribe(write_wav(tmp_path / "same.wav", muffled), settings=tiny)
    assert {segment.speaker for segment in same.segments} == {"Ada"}
    stranger = transcribe(write_wav(tmp_path / "other.wav", spoken(*OTHER)), settings=tiny)
    assert {segment.speaker for segment in stranger.segments} == {None}
    assert not [line for line in stranger.warnings if "Ada" in line]


@needs_clips
def test_voiceprints_are_for_their_owner_alone_and_go(tiny: Settings, host: Path) -> None:
    enrol("Ada", host, settings=tiny, part=Part(start=0.0, end=15.0))
    enrol("ada", host, settings=tiny)
    (one,) = enrolled(tiny)
    assert (one.name, one.source) == ("ada", "host.wav")
    (path,) = tiny.voices_path.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert forget("Ada", tiny)
    assert not forget("Ada", tiny)
    assert not enrolled(tiny)
    assert not list(tiny.voices_path.iterdir())


@needs_clips
def test_what_is_no_voiceprint_is_one_line(tiny: Settings, tmp_path: Path, host: Path) -> None:
    both = write_wav(tmp_path / "both.wav", spoken(*FIRST[:4], *OTHER, "2414-128291-0002"))
    for name, path, part, complaint in (
        ("Ada", both, None, "2 voices speak there.*--from and --to"),
        ("Ada", host, Part(start=0.0, end=4.0), "a voiceprint needs 8 s"),
        ("Ada", host, Part(start=9.0, end=3.0), "has no length"),
        (" \n ", host, None, "needs a name"),
        ("a\x1b[31m", host, None, "needs a name"),
        ("Ada", write_wav(tmp_path / "quiet.wav", silence(12.0)), None, "no speech found in quiet.wav"),
    ):
        with pytest.raises(InputError, match=complaint):
            enrol(name, path, settings=tiny, part=part)
    assert not enrolled(tiny)


def test_a_damaged_voiceprint_is_named(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    settings.voices_path.mkdir()
    (settings.voices_path / "x.json").write_text("{")
    with pytest.raises(ClaimcastError, match=r"x.json can't be read; remove the file"):
        enrolled(settings)


def test_names_are_given_where_they_are_clear() -> None:
    def unit(*values: float) -> tuple[float, ...]:
        vector = np.array(values)
        return tuple(float(x) for x in vector / np.linalg.norm(vector))

    def prints(**vectors: tuple[float, ...]) -> list[Voiceprint]:
        return [
            Voiceprint.model_validate(
                {"name": name, "vector": vector, "seconds": 9, "source": "a.wav", "enrolled": "2026-01-01"}
            )
            for name, vector in vectors.items()
        ]

    centres = np.array([unit(1, 0.1, 0), unit(1, 0.3, 0), unit(0, 0, 1)])
    assert recognised(centres, prints(ada=unit(1, 0, 0))) == {0: "ada"}, "one voice has one name, the likest"
    assert recognised(centres, prints(ada=unit(1, 0, 0), bob=unit(1, 0.05, 0))) == {}, "two people nearly alike"
    assert recognised(centres, []) == {}
