"""Makes names.opus from sentences.toml with the voices of the demo; see seeds/demo/make_demo.py for what has to be installed.

    /tmp/tts/bin/python tests/speech/names/make_names.py

Kokoro-82M (Apache-2.0) in three of its styles, and Piper's en_US-joe-medium (trained on CC0 recordings).
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent.parent.parent / "seeds" / "demo"))

from make_demo import Kokoro, Piper, Voice, loud, silence, write_opus  # noqa: E402


def main() -> None:
    """Writes the audio beside this file."""
    script = tomllib.loads((HERE / "sentences.toml").read_text("utf-8"))
    voices: list[Voice] = [
        Piper(name, 1.05) if name.startswith("en_") else Kokoro(name, 1.0) for name in script["voices"]
    ]
    pieces = []
    for number, sentence in enumerate(script["sentences"]):
        pieces += [loud(voices[number % len(voices)].say(sentence["text"])), silence(0.5)]
    tags = {"title": "Names", "show": "claimcast tests", "date": "2026-12-01", "comment": "synthetic voices"}
    write_opus(np.concatenate(pieces), HERE / "names.opus", dict(tags))


if __name__ == "__main__":
    main()
