"""Media files from strangers: each is opened in a process of its own, and whatever it does there, the run goes on."""

from __future__ import annotations

import struct
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from pipeline import sound
from pipeline.errors import MediaError
from pipeline.sound import RATE, Bounds, decode, probe

HARM = "within the memory and time that a file may take"


def wav_of_nothing(path: Path, seconds: int, rate: int = 192_000) -> Path:
    """A WAV file of silence that takes hardly any room on the disk: a hole where the samples would be."""
    size = seconds * rate * 4
    header = (
        b"RIFF" + struct.pack("<I", 36 + size) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 2, rate, rate * 4, 4, 16)
    )
    with path.open("wb") as file:
        file.write(header + b"data" + struct.pack("<I", size))
        file.truncate(44 + size)
    return path


def element(identifier: int, content: bytes, size: int | None = None) -> bytes:
    """One element of a Matroska file; `size` is what it says of itself."""
    name = identifier.to_bytes((identifier.bit_length() + 7) // 8, "big")
    return name + (0x0100000000000000 | (len(content) if size is None else size)).to_bytes(8, "big") + content


def film_with_attachments(path: Path, count: int, size: int) -> Path:
    """A Matroska file whose attachments (holes on the disk) FFmpeg reads into memory when it opens the file."""
    head = element(0x1A45DFA3, element(0x4282, b"matroska") + element(0x4287, b"\4") + element(0x4285, b"\2"))
    audio = element(0xE1, element(0xB5, struct.pack(">d", 8000.0)) + element(0x9F, b"\1") + element(0x6264, b"\x10"))
    track = element(
        0xAE,
        element(0xD7, b"\1") + element(0x73C5, b"\1") + element(0x83, b"\2") + element(0x86, b"A_PCM/INT/LIT") + audio,
    )
    about = element(0x46AE, b"\1") + element(0x466E, b"x.bin") + element(0x4660, b"application/octet-stream")
    whole = len(about) + 2 + 8 + size
    with path.open("wb") as file:
        file.write(head + element(0x18538067, b"", 0x00FFFFFFFFFFFFFF) + element(0x1654AE6B, track))
        file.write(element(0x1941A469, b"", count * (2 + 8 + whole)))
        for _ in range(count):
            file.write(element(0x61A7, about, whole) + element(0x465C, b"", size))
            file.seek(size, 1)
        file.truncate(file.tell())
    return path


def test_sound_comes_out_as_it_went_in(tmp_path: Path) -> None:
    path = wav_of_nothing(tmp_path / "a.wav", 3)
    assert probe(path).duration == pytest.approx(3.0)
    pieces = list(decode(path))
    assert [len(piece) for piece in pieces[:2]] == [RATE, RATE]
    assert sum(map(len, pieces)) == pytest.approx(3 * RATE, abs=200)
    assert not np.any(np.concatenate(pieces))
    part = np.concatenate(list(decode(path, rate=8000, start=1.0, end=2.0)))
    assert len(part) == pytest.approx(8000, abs=800)


def test_a_file_that_eats_memory_is_stopped(tmp_path: Path) -> None:
    """Opened without a limit, this file takes a megabyte of memory for each of its own."""
    path = film_with_attachments(tmp_path / "film.mkv", 2, 200_000_000)
    code = f"""
import resource
from pathlib import Path
from pipeline.errors import MediaError
from pipeline.sound import Bounds, probe
try:
    probe(Path({str(path)!r}), Bounds(memory=250_000_000))
except MediaError as error:
    print(error)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1000)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    complaint, megabytes = done.stdout.splitlines()
    assert complaint.startswith("film.mkv ")
    assert int(megabytes) < 200


def test_a_file_that_eats_time_is_stopped(tmp_path: Path) -> None:
    path = wav_of_nothing(tmp_path / "long.wav", 5000)
    began = time.monotonic()
    with pytest.raises(MediaError, match=HARM):
        for _ in decode(path, Bounds(decoding=1)):
            pass
    assert time.monotonic() - began < 60


def test_a_file_that_goes_on_for_ever_is_stopped(tmp_path: Path) -> None:
    path = wav_of_nothing(tmp_path / "long.wav", 30, rate=8000)
    with pytest.raises(MediaError, match="holds more than"):
        for _ in decode(path, Bounds(longest=10.0)):
            pass


@pytest.mark.parametrize(
    "code",
    ["import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "import time; time.sleep(60)", "bytearray(10**13)"],
    ids=["falls over", "hangs", "out of memory"],
)
def test_a_decoder_that_falls_over_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """As a hole in FFmpeg would make it: the run goes on."""
    path = wav_of_nothing(tmp_path / "a.wav", 1)
    (tmp_path / "decoder.py").write_text(code)
    with monkeypatch.context() as patch:
        patch.setattr(sound, "_DECODER", tmp_path / "decoder.py")
        for read in (probe, lambda *given: list(decode(*given))):
            with pytest.raises(MediaError, match=HARM):
                read(path, Bounds(silence=1.0))
    assert probe(path).duration == pytest.approx(1.0)


def test_a_reader_that_stops_early_leaves_no_process(tmp_path: Path) -> None:
    pieces = decode(wav_of_nothing(tmp_path / "a.wav", 600))
    next(pieces)
    began = time.monotonic()
    pieces.close()  # type: ignore[attr-defined]
    assert time.monotonic() - began < 10
