"""The answers that the prompts ask for. Labels come from the domain's own types, and prompts name them from here."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from pipeline.models import Stance


class _Answer(BaseModel):
    """An answer without any field beyond those asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Wording(_Answer):
    """For claims.md."""

    claims: list[str] = Field(description="One to three sentences, each a claim.")


class Opinion(_Answer):
    """For stance.md."""

    stance: Stance = Field(description="What the passage says of the claim.")
    words: str = Field(description="The part of the passage that decides it, word for word; empty when neutral.")


class Prose(_Answer):
    """For rationale.md."""

    rationale: str = Field(description="One to three sentences.")
