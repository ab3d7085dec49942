"""The same claim in other episodes of the data home, with the verdict it got there: by meaning, numbers and names."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from flows.logs import logger
from pipeline.errors import SchemaError
from pipeline.models import CheckedClaim, EarlierVerdict, Episode
from pipeline.settings import Settings

if TYPE_CHECKING:
    import numpy as np

ALIKE = 0.86
"""Cosine of two claims' embeddings from which they are taken to mean the same, when numbers and names agree."""
MOST = 5
"""Earlier verdicts shown of one claim, the newest statements of them."""
_CHECKED = TypeAdapter(tuple[CheckedClaim, ...])


def with_earlier(checked: Sequence[CheckedClaim], episode: Episode, settings: Settings) -> tuple[CheckedClaim, ...]:
    """The claims, each with the verdicts that the same claim got in other episodes.

    Raises:
        WeightsError: there are claims to compare and the embedding model is missing.
    """
    from pipeline.claims import numbers_in

    wanted = {numbers_in(one.claim.claim) for one in checked}
    others = list(_verdicts_elsewhere(episode, settings, wanted))
    pairs = _may_be_same(checked, others)
    if not pairs:
        return tuple(checked)
    found: dict[int, list[EarlierVerdict]] = {}
    for i, j in _same_in_meaning(checked, others, pairs, settings):
        found.setdefault(i, []).append(others[j])
    return tuple(
        one.model_copy(update={"earlier": _newest(found[i])}) if i in found else one for i, one in enumerate(checked)
    )


def without_links(checked: Sequence[CheckedClaim]) -> tuple[CheckedClaim, ...]:
    """The claims for a report that lies elsewhere: what was said before is told, not linked."""
    return tuple(
        one.model_copy(update={"earlier": tuple(e.model_copy(update={"report": ""}) for e in one.earlier)})
        for one in checked
    )


def _newest(verdicts: Sequence[EarlierVerdict]) -> tuple[EarlierVerdict, ...]:
    return tuple(sorted(verdicts, key=lambda one: (one.as_of, one.episode_id, one.claim_id))[-MOST:])


def _verdicts_elsewhere(episode: Episode, settings: Settings, wanted: set[tuple[str, ...]]) -> Iterator[EarlierVerdict]:
    """What was decided in the other episodes on claims with such numbers; a damaged episode is left out and logged.

    One system call an episode and no more: each gives the others of this process a turn, which are busy judging.
    """
    episodes = settings.home / "episodes"
    for name in sorted(path.name for path in episodes.iterdir()) if episodes.is_dir() else []:
        if name == episode.id:
            continue
        folder = episodes / name
        if not (stamp := _stamp(f"{folder}/verdicts.json")):
            continue
        found = [one for numbers, one in _verdicts_in(folder, stamp) if numbers in wanted]
        about = _about(folder, _stamp(f"{folder}/episode.json")) if found else None
        if about is not None:
            report = f"../{name}/report.html" if (folder / "report.html").exists() else ""
            told = {"episode_id": about.id, "title": about.title, "report": report}
            yield from (one.model_copy(update=told) for one in found)


def _stamp(path: str) -> tuple[int, int] | None:
    """The time and size of a file, by which a change of it is known; None when it is not there."""
    try:
        found = os.stat(path)  # noqa: PTH116 # thousands of paths a report
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=10_000)
def _verdicts_in(folder: Path, stamp: tuple[int, int]) -> tuple[tuple[tuple[str, ...], EarlierVerdict], ...]:
    """The verdicts of one episode with the numbers in each claim, read once while the file (`stamp`) stays as it is.

    Without this, verifying a thousand episodes would read a million files.
    """
    from pipeline.claims import numbers_in

    try:
        checked = _CHECKED.validate_json((folder / "verdicts.json").read_bytes())
    except (OSError, ValidationError, SchemaError) as error:
        logger.warning("not compared", extra={"episode": folder.name, "detail": type(error).__name__})
        return ()
    return tuple((numbers_in(one.claim), one) for each in checked if (one := _told(each)) is not None)


@lru_cache(maxsize=10_000)
def _about(folder: Path, stamp: tuple[int, int] | None) -> Episode | None:
    """The episode of this folder, read once while its file stays as it is; None when it can't be read."""
    try:
        return Episode.model_validate_json((folder / "episode.json").read_bytes())
    except (OSError, ValidationError, SchemaError) as error:
        logger.warning("not compared", extra={"episode": folder.name, "detail": type(error).__name__})
        return None


def _told(one: CheckedClaim) -> EarlierVerdict | None:
    """The verdict as another episode's report tells it; which episode this was is put in later."""
    if one.verdict is None:
        return None
    return EarlierVerdict(
        episode_id="",
        title="",
        claim_id=one.claim.id,
        claim=one.claim.claim,
        speaker=one.claim.speaker,
        as_of=one.claim.as_of,
        label=one.verdict.label,
        confidence=one.verdict.confidence,
    )


def _may_be_same(checked: Sequence[CheckedClaim], others: Sequence[EarlierVerdict]) -> list[tuple[int, int]]:
    from pipeline.claims import may_be_same

    return [
        (i, j)
        for i, one in enumerate(checked)
        if one.verdict is not None
        for j, other in enumerate(others)
        if may_be_same(one.claim.claim, other.claim)
    ]


def _same_in_meaning(
    checked: Sequence[CheckedClaim],
    others: Sequence[EarlierVerdict],
    pairs: Sequence[tuple[int, int]],
    settings: Settings,
) -> list[tuple[int, int]]:
    from pipeline.evidence.embed import load_embedder

    texts = list(dict.fromkeys(text for i, j in pairs for text in (checked[i].claim.claim, others[j].claim)))
    rows: dict[str, np.ndarray] = dict(zip(texts, load_embedder(settings).embed(texts), strict=True))
    return [(i, j) for i, j in pairs if float(rows[checked[i].claim.claim] @ rows[others[j].claim]) >= ALIKE]
