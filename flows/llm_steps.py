"""Where a language model joins in: after the rules have found claims, and after they have judged them.

The model is loaded once for a run, says before its first question what leaves this machine, and shows what it has spent
while it spends it. Without a model nothing of this is entered.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from flows.policies import Work
from flows.progress import listener
from pipeline.llm import STEPS, LanguageModel, load_llm, steps_of
from pipeline.llm.spending import Spent
from pipeline.models import CheckedClaim, Claim, LlmStep, LlmUse, ModelUse, Transcript
from pipeline.settings import Settings

VERDICT_STEPS = ("plan", "reading", "stance", "rationale")
"""The steps that come after judging, in their order."""

_loaded: dict[Settings, LanguageModel] = {}
_lock = threading.Lock()
_watched: set[tuple[str, str]] = set()
"""Episodes and stages in which questions are being asked now."""


@contextmanager
def one_run() -> Iterator[None]:
    """A block whose limits on tokens and money are its own."""
    _loaded.clear()
    try:
        yield
    finally:
        _loaded.clear()


def with_claims_reworded(
    work: Work, claims: tuple[Claim, ...], transcript: Transcript
) -> tuple[tuple[Claim, ...], LlmUse | None]:
    """The claims, unclear ones as the language model words them, and what it did; as they are without one.

    Raises:
        SettingsError: the model can't be used; the line says what to install or set.
    """
    from pipeline.claims.rewording import reworded

    if "claims" not in steps_of(work.settings) or not claims:
        return claims, None
    with _asking(work, "llm-claims") as (model, use):
        claims, step = reworded(claims, transcript, model)
        return claims, use({"claims": step})


def with_second_look(work: Work, checked: tuple[CheckedClaim, ...]) -> tuple[tuple[CheckedClaim, ...], LlmUse | None]:
    """The judged claims with what the language model adds to them, and what it did.

    Raises:
        SettingsError: as above.
    """
    wanted = [step for step in steps_of(work.settings) if step in VERDICT_STEPS]
    if not wanted or not checked:
        return checked, None
    done: dict[str, LlmStep] = {}
    with _asking(work, "llm-verdicts") as (model, use):
        for step in wanted:
            checked, done[step] = _looked_at(step, checked, model, work.settings)
        return checked, use(done)


def _looked_at(
    step: str, checked: tuple[CheckedClaim, ...], model: LanguageModel, settings: Settings
) -> tuple[tuple[CheckedClaim, ...], LlmStep]:
    """The claims after one step, and how the model did in it."""
    from pipeline.evidence import open_store
    from pipeline.judging.meaning import meant
    from pipeline.judging.planning import planned
    from pipeline.judging.prose import retold
    from pipeline.judging.second_opinion import second_opinions

    if step == "plan":
        with open_store(settings, create=False) as store:
            return planned(checked, store, model)
    steps = {"reading": meant, "stance": second_opinions, "rationale": retold}
    return steps[step](checked, model)


def warnings_of(use: LlmUse | None) -> tuple[str, ...]:
    """What a reader should know of a model that could not do all it was asked."""
    return (use.stopped[:1].upper() + use.stopped[1:] + ".",) if use is not None and use.stopped else ()


def spent_line(use: LlmUse | None) -> str:
    """What was spent, for a progress line; empty without a model."""
    if use is None:
        return ""
    kept = f", {use.cached} answers from before" if use.cached else ""
    return f"{use.calls} questions, {amount_of(use.tokens_in + use.tokens_out, use.cost)}{kept}"


def amount_of(tokens: int, cost: float | None) -> str:
    """Tokens, and money where it costs some, in words."""
    return f"{tokens:,} tokens" + (f", ${cost:.4f}" if cost else "")


def merged(uses: Sequence[LlmUse]) -> LlmUse | None:
    """What a language model did in all stages together."""
    if not uses:
        return None
    costs = [use.cost for use in uses]
    return uses[-1].model_copy(
        update={
            "steps": {name: step for use in uses for name, step in use.steps.items()},
            "sent": tuple(dict.fromkeys(line for use in uses for line in use.sent)),
            "calls": sum(use.calls for use in uses),
            "cached": sum(use.cached for use in uses),
            "tokens_in": sum(use.tokens_in for use in uses),
            "tokens_out": sum(use.tokens_out for use in uses),
            "cost": None if None in costs else sum(cost or 0.0 for cost in costs),
            "failures": {kind: sum(u.failures.get(kind, 0) for u in uses) for use in uses for kind in use.failures},
            "stopped": next((use.stopped for use in uses if use.stopped), ""),
        }
    )


def as_model_use(use: LlmUse) -> ModelUse:
    """The language model as one of the models of a report."""
    return ModelUse(job="language", name=use.model, sha256=use.sha256, licence=use.licence, device=use.where)


def notice(model: LanguageModel, steps: Sequence[str]) -> str:
    """Who is sent what, said before the first question."""
    identity = model.identity
    if not identity.leaves_machine:
        return f"language model {identity.name} runs on this machine; nothing is sent anywhere"
    what = "; ".join(STEPS[step] for step in steps)
    return f"language model {identity.name}: {identity.where} is sent {what}. Nothing else leaves this machine"


@contextmanager
def _asking(work: Work, stage: str) -> Iterator[tuple[LanguageModel, Callable[[dict[str, LlmStep]], LlmUse]]]:
    """The run's model, and what makes an account of the questions asked in this block."""
    model = _model(work.settings)
    before, failed, started = model.spent, model.failures.copy(), time.monotonic()
    account: list[LlmUse] = []

    def use(steps: dict[str, LlmStep]) -> LlmUse:
        spent, identity = model.spent.since(before), model.identity
        account.append(
            LlmUse(
                model=identity.name,
                where=identity.where,
                leaves_machine=identity.leaves_machine,
                sha256=identity.sha256,
                licence=identity.licence,
                steps=steps,
                sent=tuple(STEPS[name] for name in steps) if identity.leaves_machine else (),
                failures=dict(model.failures - failed),
                stopped=model.stopped,
                **{name: getattr(spent, name) for name in ("calls", "cached", "tokens_in", "tokens_out", "cost")},
            )
        )
        return account[-1]

    listener().started(work.name, stage)
    _watched.add((work.name, stage))
    try:
        yield model, use
    except BaseException:
        listener().failed(work.name, stage)
        raise
    finally:
        _watched.discard((work.name, stage))
    listener().finished(work.name, stage, time.monotonic() - started, spent_line(account[-1]), False)


def _model(settings: Settings) -> LanguageModel:
    with _lock:
        if settings not in _loaded:
            model = load_llm(settings, on_spent=lambda spent: _show(spent, settings))
            assert model is not None
            _say(notice(model, steps_of(settings)))
            _loaded[settings] = model
        return _loaded[settings]


def _show(spent: Spent, settings: Settings) -> None:
    for episode, stage in tuple(_watched):
        listener().advanced(
            episode, stage, spent.tokens, settings.llm_max_tokens or spent.tokens, amount_of(spent.tokens, spent.cost)
        )


def _say(line: str) -> None:
    from flows.console import err, one_line
    from flows.logs import logger

    err.print(one_line(line), markup=False, soft_wrap=True)
    logger.info("notice", extra={"detail": line})
