"""How worth checking a sentence is: a small model trained here on political debates (see
weights/checkworthy/MODEL_CARD.md)."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from pipeline.errors import WeightsError
from pipeline.models import Frozen
from pipeline.weights import verify_file

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

FOLDER = Path(__file__).parent / "weights" / "checkworthy"
_BATCH = 32
_LONGEST = 2_000
"""Characters of a sentence that are read; the model sees its first tokens only, so the rest would be wasted work."""


class CheckworthyConfig(Frozen):
    """What config.json beside the weights says."""

    name: str
    threshold: float
    """At or above it a sentence is worth checking; chosen on the development set."""
    temperature: float
    """The logit is divided by it, so that scores are probabilities."""
    max_length: int
    """Tokens read of a sentence."""
    sha256: dict[str, str]
    """File name -> SHA-256, for every file that is loaded."""


class CheckworthyModel:
    """Scores sentences. Loading checks the hash of every file.

    Raises:
        WeightsError: a file is missing or is not the one that config.json names.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        config = _read_config(folder)
        for name in ("model.onnx", "tokenizer.json"):
            verify_file(folder / name, config.sha256.get(name, ""))
        self.threshold = config.threshold
        self.model_id = f"{config.name}@{config.sha256['model.onnx'][:12]}"
        self._temperature = config.temperature
        self._tokenizer = _load_tokenizer(folder / "tokenizer.json", config.max_length)
        self._session = _load_session(folder / "model.onnx")

    def score(self, texts: Sequence[str]) -> list[float]:
        """The probability that each text is worth checking, in the order given; blank texts get 0.0."""
        scores = [0.0] * len(texts)
        filled = [i for i, text in enumerate(texts) if text.strip()]
        encoded = self._tokenizer.encode_batch([texts[i][:_LONGEST] for i in filled])
        by_length = sorted(range(len(filled)), key=lambda k: len(encoded[k].ids))
        batches = [by_length[start : start + _BATCH] for start in range(0, len(by_length), _BATCH)]
        with ThreadPoolExecutor(max_workers=max(1, min(_cores(), len(batches)))) as pool:
            logits = pool.map(lambda chosen: self._logits([encoded[k] for k in chosen]), batches)
            for chosen, found in zip(batches, logits, strict=True):
                for k, logit in zip(chosen, found, strict=True):
                    scores[filled[k]] = 1 / (1 + math.exp(-max(-30.0, min(30.0, logit / self._temperature))))
        return scores

    def _logits(self, batch: Sequence[Encoding]) -> list[float]:
        import numpy as np

        ids: np.ndarray[tuple[int, int], np.dtype[np.int64]] = np.zeros(
            (len(batch), max(len(e.ids) for e in batch)), dtype=np.int64
        )
        mask = np.zeros_like(ids)
        for row, encoding in enumerate(batch):
            ids[row, : len(encoding.ids)] = encoding.ids
            mask[row, : len(encoding.ids)] = 1
        (logits,) = self._session.run(None, {"input_ids": ids, "attention_mask": mask})
        return [float(logit) for logit in logits]


def _cores() -> int:
    """Cores to use: what OMP_NUM_THREADS says, else all that this process may run on."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return int(os.environ.get("OMP_NUM_THREADS") or 0) or allowed


@lru_cache(maxsize=1)
def load_checkworthy() -> CheckworthyModel:
    """The shipped model, loaded once.

    Raises:
        WeightsError: a file is missing or damaged.
    """
    return CheckworthyModel()


def _read_config(folder: Path) -> CheckworthyConfig:
    path = folder / "config.json"
    try:
        return CheckworthyConfig.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, json.JSONDecodeError, ValidationError) as error:
        reason = "is missing" if isinstance(error, FileNotFoundError) else "can't be read"
        raise WeightsError(f"{path} {reason}; reinstall claimcast, or train the model again") from error


def _load_tokenizer(path: Path, max_length: int) -> Tokenizer:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.enable_truncation(max_length)
    tokenizer.no_padding()
    return tokenizer


def _load_session(path: Path) -> InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = (
        1  # each core takes a batch of its own, which scales; halves of a small product do not
    )
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
