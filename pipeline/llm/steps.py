"""The steps that a language model may take part in, and which of them are wanted."""

from __future__ import annotations

from pipeline.errors import SettingsError
from pipeline.settings import Settings

STEPS: dict[str, str] = {
    "claims": "statements whose pronouns stayed open or that hold several claims, with the sentences around them",
    "plan": "claims that no rule could read, with names of models and benchmarks from the store",
    "reading": "claims that hold in some readings only, with the sentences they were understood from",
    "stance": "claims that a passage decided, with that passage",
    "rationale": "decided claims, with the rationale that was computed and the quotations behind it",
}
"""Step → what the model is shown in it. Each is also the name of its prompt."""


def steps_of(settings: Settings) -> tuple[str, ...]:
    """The steps that the settings name, in the order of the work; none without a language model.

    Raises:
        SettingsError: a step that does not exist, or a model without any step.
    """
    if settings.llm == "none":
        return ()
    wanted = {part.strip() for part in settings.llm_steps.split(",") if part.strip()}
    if unknown := wanted - STEPS.keys():
        raise SettingsError(f"no step is called {', '.join(sorted(unknown))}; CLAIMCAST_LLM_STEPS takes {_all()}")
    if not wanted:
        raise SettingsError(f"no step uses {settings.llm}; name some with --llm-steps, of {_all()}")
    return tuple(step for step in STEPS if step in wanted)


def _all() -> str:
    return ", ".join(STEPS)
