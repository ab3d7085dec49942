"""What this machine has, found out without loading a model: each finding with what to do when it is not well."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
from collections.abc import Iterator
from typing import Literal

from flows.engine import check_home
from pipeline.errors import ClaimcastError
from pipeline.models import Frozen
from pipeline.settings import Settings
from pipeline.weights import WEIGHTS, available

State = Literal["good", "optional", "missing"]


class Finding(Frozen):
    """One thing that was looked at. `missing` stops the main job; `optional` is worth knowing."""

    name: str
    state: State
    found: str
    advice: str = ""


def examine(settings: Settings) -> tuple[Finding, ...]:
    """All findings, in the order of the main job."""
    return (
        _python(),
        _machine(),
        _home(settings),
        _gpu(settings),
        *_speech(settings),
        _embedding(settings),
        *_own_models(settings),
        _store(settings),
        _prefect(),
        _llm(settings),
        _network(settings),
    )


def _python() -> Finding:
    return Finding(name="python", state="good", found=f"{platform.python_version()} on {platform.system()}")


def _machine() -> Finding:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Finding(name="cores", state="good", found=f"{cores}")


def _home(settings: Settings) -> Finding:
    try:
        check_home(settings)
    except ClaimcastError as error:
        return Finding(name="data home", state="missing", found=str(settings.home), advice=str(error))
    free = shutil.disk_usage(settings.home).free / 1e9
    episodes = sum(1 for _ in settings.home.glob("episodes/*/report.html"))
    found = f"{settings.home}, {episodes} report{'' if episodes == 1 else 's'}, {free:.0f} GB free"
    if free < 2:
        return Finding(name="data home", state="optional", found=found, advice="audio needs room; free some space")
    return Finding(name="data home", state="good", found=found)


def _gpu(settings: Settings) -> Finding:
    import ctranslate2

    count = ctranslate2.get_cuda_device_count()
    if count == 0:
        advice = "" if settings.device != "cuda" else "CLAIMCAST_DEVICE is cuda and there is none; set it to auto"
        return Finding(
            name="gpu", state="missing" if advice else "optional", found="none; speech runs on the CPU", advice=advice
        )
    if not _loads("libcublas.so.12"):
        return Finding(
            name="gpu",
            state="optional",
            found=f"{count}, but CUDA 12's cuBLAS can't be loaded; speech runs on the CPU",
            advice="pip install 'claimcast[gpu]'",
        )
    return Finding(name="gpu", state="good", found=f"{count} usable by speech recognition")


def _loads(library: str) -> bool:
    import ctypes

    if importlib.util.find_spec("nvidia") and importlib.util.find_spec("nvidia.cublas"):
        return True
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _speech(settings: Settings) -> Iterator[Finding]:
    for name, weights in WEIGHTS.items():
        if weights.job != "speech":
            continue
        here, wanted = available(name, settings.models_path), name == settings.whisper
        yield Finding(
            name=f"whisper {name}",
            state="good" if here else "missing" if wanted else "optional",
            found="here" if here else "not here",
            advice="" if here else weights.install,
        )
    if settings.whisper not in WEIGHTS:
        yield Finding(name="whisper", state="optional", found=f"{settings.whisper}: fetched, or read, when first used")


def _embedding(settings: Settings) -> Finding:
    known = WEIGHTS.get(settings.embedding)
    if known is None:
        return Finding(name="embedding", state="optional", found=f"{settings.embedding}: fetched when first used")
    here = available(settings.embedding, settings.models_path)
    return Finding(
        name="embedding",
        state="good" if here else "missing",
        found=f"{settings.embedding}{'' if here else ' is not here'}",
        advice="" if here else known.install,
    )


def _own_models(settings: Settings) -> Iterator[Finding]:
    import pipeline.claims.checkworthy as checkworthy
    import pipeline.judging.stance as stance

    packaged = [("check-worthiness", checkworthy.FOLDER)]
    if settings.stance == "packaged":
        packaged.append(("stance", stance.FOLDER))
    else:
        yield Finding(name="stance", state="optional", found=settings.stance)
    for name, folder in packaged:
        here = (folder / "config.json").exists() and (folder / "model.onnx").exists()
        yield Finding(
            name=name,
            state="good" if here else "missing",
            found="packaged model is here" if here else "packaged model is not here",
            advice="" if here else "reinstall claimcast",
        )


def _store(settings: Settings) -> Finding:
    from pipeline.evidence import open_store

    if not (settings.store_path / "catalogue.sqlite3").exists():
        return Finding(
            name="evidence", state="optional", found="no store yet", advice="the first verify fills it from the seeds"
        )
    try:
        with open_store(settings, create=False) as store:
            stats = store.stats()
    except ClaimcastError as error:
        return Finding(name="evidence", state="missing", found="the store can't be opened", advice=str(error))
    found = f"{stats.passages:,} passages and {stats.facts:,} facts from {stats.sources:,} sources"
    if stats.passages == 0:
        return Finding(name="evidence", state="optional", found=found, advice="claimcast evidence add PATH|URL")
    return Finding(name="evidence", state="good", found=found)


def _prefect() -> Finding:
    address = os.environ.get("PREFECT_API_URL")
    found = f"server at {address}" if address else "starts by itself for each command"
    return Finding(name="prefect", state="good", found=found)


def _llm(settings: Settings) -> Finding:
    if settings.llm == "none":
        return Finding(name="language model", state="good", found="none, and none is needed")
    from pipeline.llm import steps_of, target_of

    try:
        target = target_of(settings)
        steps = ", ".join(steps_of(settings))
    except ClaimcastError as error:
        return Finding(name="language model", state="missing", found=settings.llm, advice=str(error))
    return Finding(name="language model", state="good", found=f"{settings.llm} on {target.where}, for {steps}")


def _network(settings: Settings) -> Finding:
    found = "forbidden (CLAIMCAST_OFFLINE)" if settings.offline else "used for addresses and feeds you name, no more"
    return Finding(name="network", state="good", found=found)
