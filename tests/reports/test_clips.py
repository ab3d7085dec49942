"""Clips: each statement as it was spoken, cut from the audio and packed small."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import MediaError
from pipeline.sound import decode
from reports.clips import AFTER, BEFORE, clips
from tests.reports.sample import sample_report


def test_a_clip_holds_its_statement(demo_episode: Path, tmp_path: Path) -> None:
    report = sample_report()
    claim = next(c.claim for c in report.claims if c.verdict is not None and c.claim.start and c.claim.end)
    found = clips(report, demo_episode)
    assert len(found) == sum(c.verdict is not None for c in report.claims)
    kind, _, packed = found[claim.id].partition(",")
    assert kind == "data:audio/ogg;base64"
    path = tmp_path / "clip.ogg"
    path.write_bytes(base64.b64decode(packed))
    clip = np.concatenate(list(decode(path)))
    first = claim.start - BEFORE
    assert len(clip) / 16_000 == pytest.approx(claim.end + AFTER - first, abs=0.2)
    whole = np.concatenate(list(decode(demo_episode)))[int(first * 16_000) :][: len(clip)]
    loudness = [np.abs(sound[: len(sound) // 1600 * 1600].reshape(-1, 1600)).mean(axis=1) for sound in (clip, whole)]
    length = min(map(len, loudness))
    assert np.corrcoef(loudness[0][:length], loudness[1][:length])[0, 1] > 0.8


def test_what_can_not_be_cut_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(b"no sound " * 100)
    with pytest.raises(MediaError, match="can't cut clips"):
        clips(sample_report(), path)
