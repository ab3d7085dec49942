"""A language model, or none: asked with a prompt of `prompts/` and a schema, answered with a checked value or nothing.

    load_llm(settings)      None for `none`, else a LanguageModel; `local` runs in this process
    model.ask(…)            an Answer, or None: then the caller goes on with its classic result

Nothing of LangChain is imported before a model is loaded.
"""

from __future__ import annotations

from pipeline.llm.model import Answer, LanguageModel
from pipeline.llm.providers import Target, load_llm, target_of
from pipeline.llm.steps import STEPS, steps_of

__all__ = ["STEPS", "Answer", "LanguageModel", "Target", "load_llm", "steps_of", "target_of"]
