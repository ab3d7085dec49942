"""Several stretches heard at the same time, and handed on in order."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import local
from typing import TypeVar

from pipeline.speech.hearing import Ear, Heard, language_of
from pipeline.speech.models import Recogniser
from pipeline.speech.stretches import STRETCH, Stretch

T = TypeVar("T")

_SHORTEST = 45.0
"""Seconds of a stretch at least: a shorter one would leave most of Whisper's last window of thirty seconds empty."""


def stretch_seconds(total: float) -> float:
    """How long stretches should be, so that two at a time come out even; the same on every machine, as words depend on it.

    `total` is the length of the audio in seconds, 0 when it is not known.
    """
    if total <= 0:
        return STRETCH
    pairs = math.ceil(total / (2 * STRETCH))
    return max(_SHORTEST, min(STRETCH, 1.06 * total / (2 * pairs) + 1.0))


def heard_in_order(
    pieces: Iterable[Stretch],
    recogniser: Recogniser,
    language: str | None,
    on_progress: Callable[[float, float], None],
    besides: Callable[[Stretch, Heard], T],
) -> Iterator[tuple[Stretch, Heard, T]]:
    """Each stretch with what was heard in it, in order; at most one more than there are workers is held at a time.

    `besides` is done to each stretch once it was heard, by the same worker; what it gives comes third. Where the language
    is not given, it is that of the first stretch in which somebody speaks. `on_progress` is told a stretch's start and the
    seconds of it that are done.
    """
    own = local()

    def hear(stretch: Stretch, language: str | None) -> tuple[Heard, T]:
        if not hasattr(own, "ear"):
            own.ear = Ear(recogniser)
        ear: Ear = own.ear
        heard = ear.hear(stretch, language, partial(on_progress, stretch.start))
        also = besides(stretch, heard)
        on_progress(stretch.start, stretch.seconds)
        return heard, also

    waiting: deque[tuple[Stretch, Future[tuple[Heard, T]]]] = deque()
    with ThreadPoolExecutor(recogniser.workers) as pool:
        try:
            for stretch in pieces:
                language = language or language_of(stretch, recogniser.model)
                waiting.append((stretch, pool.submit(hear, stretch, language)))
                if len(waiting) > recogniser.workers:
                    first, future = waiting.popleft()
                    yield first, *future.result()
            while waiting:
                first, future = waiting.popleft()
                yield first, *future.result()
        finally:
            pool.shutdown(cancel_futures=True)
