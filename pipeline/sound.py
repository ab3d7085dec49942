"""Audio in files: what a container says of itself, and its sound as 16 kHz mono samples, decoded piece by piece.

Only containers of sound or film are opened, and only as local files: a playlist or a description that points somewhere
else (HLS, DASH, SDP, concat) is refused before anything is followed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import MediaError
from pipeline.models import Frozen

if TYPE_CHECKING:
    import av
    import numpy as np
    from av.container import InputContainer

RATE = 16_000
"""Samples a second: what Whisper, the voice detector and the speaker encoder were trained on."""

_CONTAINERS = (
    "aac,ac3,adts,aiff,alaw,amr,amrnb,amrwb,ape,asf,au,avi,caf,dsf,dts,dv,eac3,flac,flv,gsm,loas,matroska,webm,mov,mp4,m4a,"
    "3gp,3g2,mj2,mp2,mp3,mpc,mpc8,mpeg,mpegts,mpegvideo,mulaw,mxf,ogg,opus,qcp,rm,shn,spx,tak,tta,voc,w64,wav,wtv,wv"
)
_OPTIONS = {"protocol_whitelist": "file", "format_whitelist": _CONTAINERS}


class Probe(Frozen):
    """What a media file says of itself; `duration` in seconds, None when it doesn't say."""

    duration: float | None
    tags: dict[str, str]
    container: str


def probe(path: Path) -> Probe:
    """What a file says of itself: length in seconds and tags, with lower-case names.

    Raises:
        MediaError: nothing that can be decoded as sound is in it.
    """
    with _open(path) as container:
        stream = container.streams.audio[0]
        duration = None
        if container.duration:
            duration = container.duration / 1_000_000
        elif stream.duration and stream.time_base:
            duration = float(stream.duration * stream.time_base)
        tags = {**dict(stream.metadata), **dict(container.metadata)}
        return Probe(
            duration=duration,
            tags={key.lower(): value.strip() for key, value in tags.items() if value.strip()},
            container=container.format.name,
        )


def decode(path: Path) -> Iterator[np.ndarray]:
    """The sound of a file as float32 pieces of about a second, 16 kHz mono, from first to last.

    A file that is cut off or damaged gives what could be decoded; frames that can't be are left out.

    Raises:
        MediaError: nothing that can be decoded as sound is in it.
    """
    import numpy as np
    from av.audio.fifo import AudioFifo
    from av.audio.resampler import AudioResampler

    resampler = AudioResampler(format="s16", layout="mono", rate=RATE)
    fifo = AudioFifo()
    with _open(path) as container:
        for frame in _frames(container):
            frame.pts = None
            for resampled in resampler.resample(frame):
                fifo.write(resampled)
            while (piece := fifo.read(RATE)) is not None:
                yield piece.to_ndarray().reshape(-1).astype(np.float32) / 32768.0
    for resampled in resampler.resample(None):
        fifo.write(resampled)
    if (piece := fifo.read()) is not None:
        yield piece.to_ndarray().reshape(-1).astype(np.float32) / 32768.0


def _frames(container: InputContainer) -> Iterator[av.AudioFrame]:
    """Frames of the first audio stream; damaged packets are skipped, a broken end ends it."""
    import av

    stream = container.streams.audio[0]
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except (StopIteration, av.error.FFmpegError):
            return
        try:
            frames = packet.decode()
        except av.error.FFmpegError:
            continue
        yield from (frame for frame in frames if isinstance(frame, av.AudioFrame))


@contextmanager
def _open(path: Path) -> Iterator[InputContainer]:
    """An opened container with at least one audio stream."""
    import av

    try:
        container = av.open(str(path), mode="r", options=_OPTIONS, metadata_errors="replace")
    except (av.error.FFmpegError, ValueError, OSError) as error:
        raise MediaError(
            f"{path.name} is not audio or video that can be decoded ({_reason(error)}); convert it to MP3, M4A or WAV"
        ) from error
    with container:
        if not container.streams.audio:
            raise MediaError(f"{path.name} has no audio stream; choose a file with sound")
        yield container


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()
