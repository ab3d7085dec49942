"""The answers that the prompts ask for. Labels come from the domain's own types, and prompts name them from here."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from pipeline.models import Operation, Relation, Stance


class _Answer(BaseModel):
    """An answer without any field beyond those asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Wording(_Answer):
    """For claims.md."""

    claims: list[str] = Field(description="One to three sentences, each a claim.")


class Plan(_Answer):
    """For plan.md."""

    operation: Operation = Field(
        description="figure: one number of one subject; comparison: two subjects on one metric; "
        "rank: the place of one subject among all on one metric."
    )
    subject_words: str = Field(description="Copied from the claim: what it speaks of.")
    subject: str = Field(description="The subject in the list that these words mean.")
    other_words: str = Field(description="Copied from the claim: what that is compared with; else empty.")
    other: str = Field(description="The subject in the list that these words mean; else empty.")
    metric_words: str = Field(description="Copied from the claim: on what it is measured.")
    metric: str = Field(description="The metric in the list that these words mean.")
    relation_words: str = Field(description="Copied from the claim: how the two stand to each other.")
    relation: Relation = Field(description="Where these words put the subject, against the other.")


class Meant(_Answer):
    """For reading.md."""

    reading: str = Field(description="One of the ways, as listed.")
    words: str = Field(description="The words that show it.")


class Opinion(_Answer):
    """For stance.md."""

    stance: Stance = Field(description="What the passage says of the claim.")
    words: str = Field(description="The part of the passage that decides it, word for word; empty when neutral.")


class Prose(_Answer):
    """For rationale.md."""

    rationale: str = Field(description="One to three sentences.")
