"""Addresses that hold secrets: kept in the data home for their owner alone, and called by something that tells nothing.

What is logged, stored by Prefect or shown is `https://example.org/feed.xml#private=1a2b3c4d5e6f`; the whole address is read
again where it is fetched.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, quote, urldefrag

from pipeline.addresses import without_secrets
from pipeline.errors import MediaError
from pipeline.files import write_whole
from pipeline.models import stable_id
from pipeline.settings import Settings


def veiled(source: str, settings: Settings, *, episode: str = "") -> str:
    """The source by a name without secrets; `episode` is the one that is meant, where it is a feed.

    Raises:
        ClaimcastError: the data home can't be written.
    """
    if not source.lower().startswith(("http://", "https://")):
        return source
    address, fragment = urldefrag(source)
    marks = parse_qs(fragment)
    if "private" in marks:
        return source
    episode = episode or marks.get("episode", [""])[0]
    if not episode:
        address = source
    shown, told = without_secrets(address), [f"episode={quote(episode, safe='')}"] if episode else []
    if shown != address:
        name = stable_id(address)
        path = _path(name, settings)
        if not path.exists():
            write_whole(path, address, private=True)
        told.insert(0, f"private={name}")
    return f"{shown}#{'&'.join(told)}" if told else source


def unveiled(source: str, settings: Settings) -> tuple[str, str]:
    """The whole address behind a name that `veiled` gave, and the episode that is meant ("" when none is named).

    Raises:
        MediaError: the data home does not know the name.
    """
    address, fragment = urldefrag(source)
    marks = parse_qs(fragment)
    name, episode = marks.get("private", [""])[0], marks.get("episode", [""])[0]
    if not name:
        return (address, episode) if episode else (source, "")
    try:
        return _path(name, settings).read_text(encoding="utf-8"), episode
    except OSError as error:
        raise MediaError(f"{address} was kept in another data home; give the whole address again") from error


def _path(name: str, settings: Settings) -> Path:
    return settings.home / "private" / f"{stable_id(name)}.txt"
