"""The child process that opens media files: a hostile file can only spend this process's memory and time.

    python -I decoder.py '{"do": "probe", "path": …, "memory": bytes, "seconds": …}'        JSON on stdout
    python -I decoder.py '{"do": "decode", …, "rate": 16000, "start": 0, "end": 86400}'     samples on stdout (s16, mono)

Exit status 0: done. 3: it can't be decoded, and stderr holds the reason. Anything else: it was stopped, or fell over.
It imports nothing of claimcast; `pipeline/sound.py` starts it. Only containers of sound or film are opened, and only as
local files: a playlist or a description that points somewhere else (HLS, DASH, SDP, concat) is refused.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import av
    from av.container import InputContainer

_CONTAINERS = (
    "aac,ac3,adts,aiff,alaw,amr,amrnb,amrwb,ape,asf,au,avi,caf,dsf,dts,dv,eac3,flac,flv,gsm,loas,matroska,webm,mov,mp4,m4a,"
    "3gp,3g2,mj2,mp2,mp3,mpc,mpc8,mpeg,mpegts,mpegvideo,mulaw,mxf,ogg,opus,qcp,rm,shn,spx,tak,tta,voc,w64,wav,wtv,wv"
)
_OPTIONS = {"protocol_whitelist": "file", "format_whitelist": _CONTAINERS}
_TAGS, _TAG_LENGTH = 200, 4000
_LONGEST_STATED = 30 * 86_400
"""A length, in seconds, that no file has; one that says so is not believed."""


class RefusedError(Exception):
    """Nothing that can be decoded as sound is in the file; the text says why."""


def main(order: dict[str, object]) -> int:
    """The exit status; what was asked for is on stdout."""
    _limit(int(str(order["memory"])), int(str(order["seconds"])))
    try:
        with _open(str(order["path"])) as container:
            if order["do"] == "probe":
                sys.stdout.write(json.dumps(probe(container)))
            else:
                rate = int(str(order["rate"]))
                for samples in decode(container, rate, float(str(order["start"])), float(str(order["end"]))):
                    sys.stdout.buffer.write(samples)
            sys.stdout.flush()
    except RefusedError as error:
        sys.stderr.write(str(error))
        return 3
    except BrokenPipeError:
        return 0
    return 0


def _limit(memory: int, seconds: int) -> None:
    """Nothing; from now on the system stops this process when it takes more memory or CPU time than that."""
    try:
        import resource
    except ImportError:  # Windows: only the parent's clock guards there
        return
    wanted = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: 64,
    }
    for name, value in wanted.items():
        hard = resource.getrlimit(name)[1]
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        with suppress(ValueError, OSError):  # macOS refuses some of them
            resource.setrlimit(name, (most, most))


def _open(path: str) -> InputContainer:
    """An opened container with at least one audio stream."""
    import av

    av.logging.set_level(av.logging.PANIC)  # FFmpeg's complaints would fill a pipe that nobody reads yet
    container: InputContainer
    try:
        container = av.open(path, mode="r", options=_OPTIONS, metadata_errors="replace")
    except (av.error.FFmpegError, ValueError, OSError, MemoryError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise RefusedError(
            f"is not audio or video that can be decoded ({reason}); convert it to MP3, M4A or WAV"
        ) from error
    if not container.streams.audio:
        container.close()
        raise RefusedError("has no audio stream; choose a file with sound")
    return container


def probe(container: InputContainer) -> dict[str, object]:
    """Duration in seconds (None when it does not say), tags with lower-case names, the container's name."""
    stream = container.streams.audio[0]
    duration = None
    if container.duration:
        duration = container.duration / 1_000_000
    elif stream.duration and stream.time_base:
        duration = float(stream.duration * stream.time_base)
    if duration is not None and duration > _LONGEST_STATED:
        duration = None
    tags = {**dict(stream.metadata), **dict(container.metadata)}
    kept = {key[:80].lower(): value.strip()[:_TAG_LENGTH] for key, value in list(tags.items())[:_TAGS] if value.strip()}
    return {"duration": duration, "tags": kept, "container": container.format.name}


def decode(container: InputContainer, rate: int, start: float, end: float) -> Iterator[bytes]:
    """The sound from `start` to about `end` (seconds) as s16 mono samples; frames that can't be decoded are left out.

    Raises:
        RefusedError: it goes on after `end` although the whole was asked for.
    """
    from av.audio.resampler import AudioResampler

    resampler = AudioResampler(format="s16", layout="mono", rate=rate)
    stream = container.streams.audio[0]
    if start > 0 and stream.time_base:
        container.seek(int(start / stream.time_base), stream=stream)
    spent = 0.0
    for frame in _frames(container):
        if start > 0:
            when = float(frame.time or 0.0)
            if when >= end:
                break
            if when + frame.samples / frame.sample_rate <= start:
                continue
        spent += frame.samples / frame.sample_rate
        if start == 0 and spent > end:
            return
        frame.pts = None
        for resampled in resampler.resample(frame):
            yield _samples(resampled)
    for resampled in resampler.resample(None):
        yield _samples(resampled)


def _samples(frame: av.AudioFrame) -> bytes:
    return bytes(frame.planes[0])[: frame.samples * 2]


def _frames(container: InputContainer) -> Iterator[av.AudioFrame]:
    """Frames of the first audio stream; damaged packets are skipped, a broken end ends it."""
    import av

    packets = container.demux(container.streams.audio[0])
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


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
