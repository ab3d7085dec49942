"""Short clips of the statements as spoken, small enough to carry inside the page."""

from __future__ import annotations

import base64
import io
from fractions import Fraction
from pathlib import Path

from pipeline.errors import MediaError
from pipeline.models import Report
from reports.text import slug

BEFORE, AFTER, LONGEST = 0.4, 0.4, 30.0
"""Seconds kept before and after a statement, and the longest clip."""
RATE, BITS = 24_000, 24_000


def clips(report: Report, audio: Path) -> dict[str, str]:
    """Ogg Opus clips (mono, 24 kbit/s) as data addresses, by the slug of each checkable claim that has times.

    Raises:
        MediaError: the audio can't be read.
    """
    import av

    wanted = [(slug(c.claim.id), c.claim.start, c.claim.end) for c in report.claims if c.verdict is not None]
    made: dict[str, str] = {}
    try:
        with av.open(str(audio)) as source:
            for name, start, end in wanted:
                if start is None:
                    continue
                first = max(0.0, start - BEFORE)
                last = min((end or start + 8.0) + AFTER, first + LONGEST)
                made[name] = "data:audio/ogg;base64," + base64.b64encode(_clip(source, first, last)).decode()
    except (av.error.FFmpegError, OSError, IndexError) as error:
        raise MediaError(f"can't cut clips from {audio}: {error}; render the report without --embed-audio") from error
    return made


def _clip(source: object, first: float, last: float) -> bytes:
    """The stretch from `first` to `last` (seconds) as an Ogg Opus file."""
    import av
    from av.container import InputContainer

    assert isinstance(source, InputContainer)
    stream = source.streams.audio[0]
    out = io.BytesIO()
    with av.open(out, "w", format="ogg") as target:
        encoder = target.add_stream("libopus", rate=RATE, layout="mono")
        encoder.bit_rate = BITS
        resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
        base = stream.time_base or Fraction(1, 1000)
        source.seek(int(first / base), stream=stream)
        for frame in source.decode(stream):
            when = float(frame.time or 0.0)
            if when >= last:
                break
            if when + frame.samples / frame.sample_rate <= first:
                continue
            frame.pts = None
            for piece in resampler.resample(frame):
                target.mux(encoder.encode(piece))
        target.mux(encoder.encode(None))
    return out.getvalue()
