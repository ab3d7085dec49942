"""Verifying from the command line: what stands is answered from files, the rest goes through Prefect."""

from __future__ import annotations

import importlib
from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack, nullcontext

from flows.ahead import begun
from flows.engine import check_home, prefect_ready
from flows.llm_steps import one_run
from flows.logs import Logged, log_to, logger
from flows.outcome import Outcome, outcome_of
from flows.policies import Order, Work
from flows.progress import Listener, Nobody, Passing, listener, listening
from flows.rerun import finished_work
from flows.stages import list_reports
from flows.traces import traced
from pipeline.errors import ClaimcastError
from pipeline.llm import steps_of, target_of
from pipeline.media.private import veiled
from pipeline.offline import keep_offline
from pipeline.settings import Settings
from pipeline.speech import on_gpu


class Clock(Passing):
    """A listener that adds up the seconds of each stage and passes everything on."""

    def __init__(self, to: Listener) -> None:
        super().__init__(to)
        self.seconds: dict[str, dict[str, float]] = defaultdict(dict)

    def finished(self, episode: str, stage: str, seconds: float, detail: str, cached: bool) -> None:
        self.seconds[episode][stage] = round(seconds, 3)
        super().finished(episode, stage, seconds, detail, cached)

    def of(self, order: Order, work: Work) -> dict[str, float]:
        """Seconds spent on each stage of this order in this run; what was not redone is not there."""
        return self.seconds[order.name] | self.seconds[""] | self.seconds[work.name]


def verify_all(
    orders: Sequence[Order], settings: Settings, *, quiet: bool = False
) -> tuple[list[Outcome], dict[str, ClaimcastError]]:
    """The outcome of each order that could be carried out, and for each other the error that says why not, by source.

    An address that holds secrets is called by a name without them from here on: in logs, and in what Prefect stores.
    """
    orders = [order.model_copy(update={"source": veiled(order.source, settings)}) for order in orders]
    with ExitStack() as stack:
        screen: Listener = Nobody()
        if not quiet:
            from flows.console import err
            from flows.screen import Screen

            screen = stack.enter_context(Screen(err, several=len(orders) > 1))
        clock = Clock(stack.enter_context(traced(Logged(screen), settings, len(orders))))
        stack.enter_context(listening(clock))
        stack.enter_context(one_run())
        works = _verify(orders, settings)
    done = [(order, work) for order, work in zip(orders, works, strict=True) if isinstance(work, Work)]
    outcomes = [outcome_of(work, clock.of(order, work)) for order, work in done]
    failures = {order.name: work for order, work in zip(orders, works, strict=True) if not isinstance(work, Work)}
    return outcomes, failures


def _verify(orders: Sequence[Order], settings: Settings) -> list[Work | ClaimcastError]:
    keep_offline(settings)
    if steps_of(settings):
        target_of(settings)
    check_home(settings)
    log_to(settings)
    found: dict[str, Work | ClaimcastError] = {}
    for order in orders:
        try:
            if (work := finished_work(order, settings)) is not None:
                found[order.name] = work
        except ClaimcastError as error:
            found[order.name] = error
    if stood := [work for work in found.values() if isinstance(work, Work)]:
        list_reports(settings, unless_listed=stood)
    if left := [order for order in orders if order.name not in found]:
        with prefect_ready(settings):
            found |= _through_prefect(left, settings)
    for source, result in found.items():
        if isinstance(result, ClaimcastError):
            logger.error("failed", extra={"episode": source, "detail": str(result)}, exc_info=result)
    return [found[order.name] for order in orders]


def warm_up() -> None:
    """Nothing; the libraries that stages will need are imported while the server is still loading in its process."""
    for name in ("faster_whisper", "chromadb", "onnxruntime", "tokenizers"):
        importlib.import_module(name)


def _through_prefect(orders: Sequence[Order], settings: Settings) -> dict[str, Work | ClaimcastError]:
    listener().started("", "engine")
    from flows.verify_episode import verify_episode, verify_many

    warm_up()
    if len(orders) > 1 or settings.dask:
        outcomes = verify_many(orders, settings)
        return {
            source: outcome if isinstance(outcome, Work) else ClaimcastError(outcome)
            for source, outcome in outcomes.items()
        }
    order = orders[0]
    try:
        # speech on a GPU waits for its turn in Prefect, so it can't begin before Prefect is there
        apart = settings.speech_deployment or on_gpu(settings)
        with nullcontext() if apart else begun(order, settings):
            return {order.name: verify_episode(order, settings)}
    except ClaimcastError as error:
        return {order.name: error}
