"""How a report was made: models with their hashes, settings, versions, times, store generation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from flows.llm_steps import as_model_use, merged
from flows.policies import Work
from flows.records import read_record
from pipeline.llm.prompts import load_prompt
from pipeline.models import CheckedClaim, ModelUse, Provenance
from pipeline.settings import Settings
from pipeline.weights import WEIGHTS

_PACKAGES = ("faster-whisper", "ctranslate2", "chromadb", "onnxruntime", "prefect", "langchain", "torch")
_SETTINGS = ("whisper", "language", "embedding", "stance", "llm", "llm_steps", "retrieve", "offline")
"""The settings that bear on results; addresses and paths of a person's machine stay out of a report."""


def provenance(work: Work, checked: Sequence[CheckedClaim]) -> Provenance:
    """What is needed to make this report again."""
    records = [record for stage in ("transcript", "claims", "verdicts") if (record := read_record(work.folder, stage))]
    llm = merged([record.llm for record in records if record.llm is not None])
    return Provenance(
        claimcast_version=version("claimcast"),
        made_at=datetime.now(UTC).replace(microsecond=0),
        models=(*(model for record in records for model in record.models), *((as_model_use(llm),) if llm else ())),
        prompts={step: load_prompt(step).id for step in llm.steps} if llm else {},
        llm=llm,
        settings={name: str(getattr(work.settings, name)) for name in _SETTINGS},
        store_generation=work.evidence.generation,
        packages={name: found for name in _PACKAGES if (found := _installed(name))},
        seconds={record.stage: record.seconds for record in records},
        counts={name: count for record in records for name, count in record.counts.items()},
        warnings=tuple(line for record in records for line in record.warnings),
    )


def models_of_claims() -> tuple[ModelUse, ...]:
    """The model that says how worth checking a sentence is."""
    from pipeline.claims.checkworthy import load_checkworthy

    return (_own("check-worthiness", load_checkworthy().model_id),)


def models_of_verdicts(settings: Settings) -> tuple[ModelUse, ...]:
    """The models that find passages and say what each means for a claim."""
    from pipeline.judging.stance import load_stance

    packaged = WEIGHTS.get(settings.embedding)
    embedding = ModelUse(
        job="embedding",
        name=settings.embedding,
        sha256=packaged.sha256 if packaged else "",
        licence=packaged.licence if packaged else "",
        device="cpu",
    )
    if settings.stance == "none":
        return (embedding,)
    return (embedding, _own("stance", load_stance(settings.stance).model_id))


def _own(job: str, model_id: str) -> ModelUse:
    """A model whose id is its name and the beginning of its hash, as in `checkworthy@0a1b2c3d4e5f`."""
    name, _, sha256 = model_id.partition("@")
    return ModelUse(job=job, name=name, sha256=sha256, device="cpu")


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
