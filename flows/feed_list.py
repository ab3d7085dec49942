"""Many feeds at once: those of an OPML file."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pipeline.addresses import without_secrets
from pipeline.errors import ClaimcastError, FeedError
from pipeline.media.followed import Followed
from pipeline.media.opml import read_opml
from pipeline.media.polling import follow
from pipeline.settings import Settings

_AT_ONCE = 8


def follow_all(file: Path, settings: Settings, backlog: int) -> tuple[list[tuple[Followed, bool]], dict[str, str]]:
    """The feeds of an OPML file, followed now (and whether that is new), and why others could not be, by address.

    Raises:
        FeedError: the file can't be read or names no feed.
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        raise FeedError(f"can't read {file}: {error.strerror}; check the path") from error
    addresses = read_opml(data, file.name)

    def one(address: str) -> tuple[Followed, bool] | ClaimcastError:
        try:
            return follow(address, settings, backlog=backlog)
        except ClaimcastError as error:
            return error

    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        results = list(pool.map(one, addresses))
    problems = {
        without_secrets(address): str(result)
        for address, result in zip(addresses, results, strict=True)
        if isinstance(result, ClaimcastError)
    }
    return [result for result in results if not isinstance(result, ClaimcastError)], problems
