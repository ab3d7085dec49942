"""Short clips of the statements as spoken, small enough to carry inside the page."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import MediaError
from pipeline.models import Report
from pipeline.sound import decode
from reports.text import slug

if TYPE_CHECKING:
    import numpy as np

BEFORE, AFTER, LONGEST = 0.4, 0.4, 30.0
"""Seconds kept before and after a statement, and the longest clip."""
RATE, BITS = 24_000, 24_000


def clips(report: Report, audio: Path) -> dict[str, str]:
    """Ogg Opus clips (mono, 24 kbit/s) as data addresses, by the slug of each checkable claim that has times.

    Raises:
        MediaError: the audio can't be read.
    """
    import numpy as np

    wanted = [(slug(c.claim.id), c.claim.start, c.claim.end) for c in report.claims if c.verdict is not None]
    made: dict[str, str] = {}
    for name, start, end in wanted:
        if start is None:
            continue
        first = max(0.0, start - BEFORE)
        last = min((end or start + 8.0) + AFTER, first + LONGEST)
        try:
            samples = np.concatenate(list(decode(audio, rate=RATE, start=first, end=last)) or [np.zeros(0)])
        except MediaError as error:
            raise MediaError(f"can't cut clips: {error}; or render the report without --embed-audio") from error
        made[name] = (
            "data:audio/ogg;base64," + base64.b64encode(_packed(samples[: int((last - first) * RATE)])).decode()
        )
    return made


def _packed(samples: np.ndarray) -> bytes:
    """Samples (float, mono) as an Ogg Opus file."""
    import av
    import numpy as np

    out = io.BytesIO()
    with av.open(out, "w", format="ogg") as target:
        encoder = target.add_stream("libopus", rate=RATE, layout="mono")
        encoder.bit_rate = BITS
        pcm: np.ndarray = (samples * 32767).astype(np.int16).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(pcm, format="s16", layout="mono")
        frame.sample_rate = RATE
        target.mux(encoder.encode(frame))
        target.mux(encoder.encode(None))
    return out.getvalue()
