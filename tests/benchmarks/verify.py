"""Measures `claimcast verify` on an audio file against transcribing it alone, in one run on one machine.

    python -m tests.benchmarks.verify [AUDIO] [--minutes 10] [--out FILE.json]

Without AUDIO the demo episode is played over and over to the length asked for. Both commands run as a person would
run them, one after the other, each in a data home of its own whose models are there already. Exit status 1 when verify
takes more than the ratio in floors.toml.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
FLOORS = tomllib.loads((ROOT / "tests" / "benchmarks" / "floors.toml").read_text("utf-8"))


def looped(audio: Path, minutes: float, folder: Path) -> Path:
    """The audio repeated to this many minutes, as FLAC."""
    import av

    target = folder / f"{audio.stem}-{minutes:g}-minutes.flac"
    wanted, written = int(minutes * 60 * 16_000), 0
    with av.open(str(target), "w") as out:
        stream = out.add_stream("flac", rate=16_000, layout="mono")
        while written < wanted:
            resampler = av.AudioResampler(format="s16", layout="mono", rate=16_000)
            with av.open(str(audio)) as source:
                for frame in source.decode(audio=0):
                    for piece in resampler.resample(frame):
                        piece.pts = written
                        written += piece.samples
                        out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
    return target


def minutes_of(audio: Path) -> float:
    """The length of an audio file."""
    import av

    with av.open(str(audio)) as source:
        seconds: float = (source.duration or 0) / av.time_base
    return seconds / 60


def timed(*arguments: str, home: Path) -> tuple[float, str]:
    """Wall seconds of a command, and what it printed."""
    command = [sys.executable, "-m", "flows.cli", *arguments]
    started = time.monotonic()
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, env={**os.environ, "CLAIMCAST_HOME": str(home)}, check=False
    )
    if done.returncode != 0:
        sys.exit(f"{' '.join(arguments)}: {done.stderr.strip()}")
    return time.monotonic() - started, done.stdout


def measure(audio: Path, folder: Path) -> dict[str, object]:
    """Seconds of both commands, and of each stage of verify."""
    homes = {name: folder / name for name in ("warm", "transcribe", "verify")}
    (folder / "models").mkdir()
    for home in homes.values():
        home.mkdir()
        (home / "models").symlink_to(folder / "models")
    timed("transcribe", str(looped(audio, 0.2, folder)), "--out", str(folder / "warm.json"), home=homes["warm"])
    alone, _ = timed("transcribe", str(audio), "--out", str(folder / "alone.json"), home=homes["transcribe"])
    total, printed = timed("verify", str(audio), "--json", home=homes["verify"])
    again, _ = timed("verify", str(audio), "--json", home=homes["verify"])
    outcome = json.loads(printed)
    return {
        "audio": audio.name,
        "transcribe_s": round(alone, 1),
        "verify_s": round(total, 1),
        "verify_again_s": round(again, 1),
        "ratio": round(total / alone, 2),
        "stages_s": outcome["seconds"],
        "minutes": round(minutes_of(audio), 2),
        "claims": outcome["claims"],
        "cores": os.cpu_count(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("audio", nargs="?", type=Path)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="claimcast-bench-"))
    try:
        audio = given.audio or looped(next((ROOT / "seeds" / "demo").glob("*.opus")), given.minutes, folder)
        result = measure(audio, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    text = json.dumps(result, indent=1)
    print(text)
    if given.out:
        given.out.write_text(text + "\n", encoding="utf-8")
    if float(str(result["ratio"])) > FLOORS["verify"]["largest_ratio"]:
        sys.exit(f"verify took {result['ratio']} times the transcription; at most {FLOORS['verify']['largest_ratio']}")


if __name__ == "__main__":
    main()
