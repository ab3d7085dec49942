"""The recogniser, loaded: which weights, on which device, in which arithmetic."""

from __future__ import annotations

import logging
import os
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pipeline.errors import WeightsError
from pipeline.files import sha256_of
from pipeline.models import ModelUse
from pipeline.settings import Settings
from pipeline.weights import WEIGHTS, locate

if TYPE_CHECKING:
    from pipeline.speech.batches import Whisper

_log = logging.getLogger(__name__)


class Recogniser(NamedTuple):
    """A loaded model, where it runs, how many windows it takes at once, and what a person should know of that."""

    model: Whisper
    device: str
    batch: int
    warnings: tuple[str, ...]
    workers: int = 1
    """Stretches it can hear at the same time."""


_BATCH = 4
"""Windows of a stretch at once on a CPU: eight are no faster and take half as much memory again."""
_WORKERS = 4
"""Stretches heard at once on a CPU, at most; each then has the cores to itself that are left for it."""
_SHORT = 60.0
"""Seconds of audio up to which one stretch gets all cores."""


def load(settings: Settings, seconds: float = 0.0) -> Recogniser:
    """The recogniser that the settings name: float16 on a CUDA device that works, else int8 on the CPU.

    `seconds` is the length of what will be heard, 0 when it is not known. On a CPU, several stretches at once with a
    core each get more done than one with all cores: the decoder's small products don't fill them.

    Raises:
        WeightsError: the model is not here and can't be fetched, or a file's hash is wrong.
    """
    where = folder_of(settings)
    warnings: tuple[str, ...] = ()
    if settings.device != "cpu":
        model, reason = _on_cuda(where)
        if model is not None:
            return Recogniser(model, "cuda", 16, ())
        if settings.device == "cuda" or reason:
            warnings = (f"the GPU can't be used ({reason or 'no CUDA device found'}); speech is heard on the CPU",)
            _log.warning(warnings[0])
    workers = 1 if 0 < seconds < _SHORT else min(threads(), _WORKERS)
    try:
        return Recogniser(_on_cpu(where, workers), "cpu", _BATCH, warnings, workers)
    except (RuntimeError, ValueError, OSError) as error:
        raise WeightsError(f"speech model {settings.whisper} can't be loaded: {_line(error)}") from error


@lru_cache(maxsize=1)
def _on_cpu(where: str, workers: int) -> Whisper:
    """The model on the CPU for so many at once, kept: an episode is listened to again, and another one comes next."""
    from pipeline.speech.batches import Whisper

    _prefer_wide_vectors()
    return Whisper(
        where,
        device="cpu",
        compute_type="int8",
        cpu_threads=max(1, threads() // workers),
        num_workers=workers,
        local_files_only=True,
    )


def _prefer_wide_vectors() -> None:
    """Tell CTranslate2 to use AVX-512 where the processor has it: on its own it does so on Intel's only."""
    try:
        flags = set(re.findall(r"avx512\w+", Path("/proc/cpuinfo").read_text("ascii", "replace")))
    except OSError:  # not Linux: CTranslate2 decides
        return
    if flags >= {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}:
        os.environ.setdefault("CT2_FORCE_CPU_ISA", "AVX512")


def model_use(settings: Settings) -> ModelUse:
    """The speech model as a report names it: from the table with its hash, else by name or folder."""
    weights = WEIGHTS.get(settings.whisper)
    if weights is not None:
        return ModelUse(job="speech", name=weights.name, sha256=weights.sha256, licence=weights.licence)
    folder = Path(settings.whisper).expanduser()
    if (folder / "model.bin").exists():
        return ModelUse(job="speech", name=folder.name, sha256=sha256_of(folder / "model.bin"))
    return ModelUse(job="speech", name=settings.whisper)


def threads() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def folder_of(settings: Settings) -> str:
    """A folder with the weights: from the table, given as a folder, or fetched from the hub by name."""
    name = settings.whisper
    if name in WEIGHTS and WEIGHTS[name].job == "speech":
        return str(locate(name, settings.models_path))
    folder = Path(name).expanduser()
    if folder.is_dir():
        if not (folder / "model.bin").exists():
            raise WeightsError(f"{folder} has no model.bin; give the folder of a CTranslate2 Whisper model")
        return str(folder)
    from faster_whisper.utils import download_model

    cache = str(settings.models_path / "hub")
    try:
        return str(download_model(name, local_files_only=settings.offline, cache_dir=cache))
    except Exception as error:  # the hub's client raises many kinds, all meaning: not to be had
        known = ", ".join(sorted(key for key, weights in WEIGHTS.items() if weights.job == "speech"))
        raise WeightsError(
            f"speech model {name} is not here and can't be fetched ({_line(error)}); "
            f"without a network: {known}, or a folder"
        ) from error


def on_gpu(settings: Settings) -> bool:
    """Whether speech will be tried on a CUDA device of this machine."""
    if settings.device == "cpu":
        return False
    import ctranslate2

    try:
        return bool(ctranslate2.get_cuda_device_count())
    except RuntimeError:
        return False


def _on_cuda(where: str) -> tuple[Whisper | None, str]:
    """The model on a CUDA device after one trial, or why not ("" when there is no such device)."""
    import ctranslate2
    import numpy as np

    try:
        if ctranslate2.get_cuda_device_count() == 0:
            return None, ""
    except RuntimeError as error:
        return None, _line(error)
    from pipeline.speech.batches import Whisper

    try:
        model = Whisper(where, device="cuda", compute_type="float16", local_files_only=True)
        model.encode(np.zeros((model.feature_extractor.mel_filters.shape[0], 3000), dtype=np.float32))
    except (RuntimeError, ValueError) as error:
        hint = "; pip install 'claimcast[gpu]'" if "libcu" in str(error) else ""
        return None, _line(error) + hint
    return model, ""


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
