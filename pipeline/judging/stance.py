"""Whether a passage supports a claim, refutes it or says nothing about it: a small cross-encoder trained here.

The training script is `pipeline/judging/training/`, the numbers are in `weights/stance/MODEL_CARD.md`. Any
cross-encoder for natural
language inference can be named instead.
"""

from __future__ import annotations

import json
import math
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from pipeline.errors import WeightsError
from pipeline.judging.windows import windows_of
from pipeline.models import Frozen, StanceScores
from pipeline.weights import verify_file

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from sentence_transformers import CrossEncoder
    from tokenizers import Encoding, Tokenizer

FOLDER = Path(__file__).parent / "weights" / "stance"
PACKAGED = "packaged"
NEUTRAL = StanceScores(supports=0.0, refutes=0.0, neutral=1.0)

_LONGEST_CLAIM = 600
"""Characters of a claim that are read."""
_BATCH, _BATCH_TOKENS = 32, 2048

Triple = tuple[float, float, float]
"""Supports, refutes, neutral; sums to 1."""


class StanceModel(ABC):
    """Scores (passage, claim) pairs; `model_id` names the model for the report."""

    model_id: str

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[StanceScores]:
        """The stance of each passage towards its claim, in the order given; an empty passage or claim is neutral.

        A long passage is read in windows of whole sentences, and its strongest window for and against counts.
        """
        windows: list[tuple[str, str]] = []
        spans: list[range] = []
        for passage, claim in pairs:
            parts = windows_of(passage, claim[:_LONGEST_CLAIM]) if claim.strip() else []
            spans.append(range(len(windows), len(windows) + len(parts)))
            windows += [(part, claim[:_LONGEST_CLAIM]) for part in parts]
        found = self.probabilities(windows) if windows else []
        return [combined([found[i] for i in span]) for span in spans]

    @abstractmethod
    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> list[Triple]:
        """Supports, refutes, neutral of each (short passage, claim)."""


def combined(windows: Sequence[Triple]) -> StanceScores:
    """One stance for a passage from those of its windows: the most supporting, the most refuting, the least neutral,
    to sum 1."""
    if not windows:
        return NEUTRAL
    parts = [max(w[0] for w in windows), max(w[1] for w in windows), min(w[2] for w in windows)]
    total = sum(parts)
    return StanceScores(supports=parts[0] / total, refutes=parts[1] / total, neutral=parts[2] / total)


# --- the packaged model --------------------------------------------------------------------------------------------


class StanceConfig(Frozen):
    """What config.json beside the weights says."""

    name: str
    temperature: float
    """Logits are divided by it, so that scores are probabilities; fitted on validation data."""
    max_length: int
    """Tokens read of a window and its claim."""
    sha256: dict[str, str]
    """File name -> SHA-256, for every file that is loaded."""


class PackagedStance(StanceModel):
    """The shipped int8 ONNX model. Loading checks the hash of every file.

    Raises:
        WeightsError: a file is missing or is not the one that config.json names.
    """

    def __init__(self, folder: Path = FOLDER, graph: Path | None = None) -> None:
        """`graph` takes the place of the folder's model.onnx, unchecked: how training compares int8 with float."""
        config = _read_config(folder)
        for name in ("model.onnx", "tokenizer.json"):
            verify_file(folder / name, config.sha256.get(name, ""))
        self.model_id = f"{config.name}@{config.sha256['model.onnx'][:12]}"
        self._temperature = config.temperature
        self._tokenizer = _load_tokenizer(folder / "tokenizer.json", config.max_length)
        self._pad = self._tokenizer.token_to_id("<pad>") or 0
        self._session = _load_session(graph or folder / "model.onnx")

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> list[Triple]:
        encoded = self._tokenizer.encode_batch(list(pairs))
        found: list[Triple] = [(0.0, 0.0, 1.0)] * len(pairs)
        for batch in _batches([len(e.ids) for e in encoded]):
            for i, logits in zip(batch, self._logits([encoded[i] for i in batch]), strict=True):
                found[i] = _softmax([logit / self._temperature for logit in logits])
        return found

    def _logits(self, batch: Sequence[Encoding]) -> list[list[float]]:
        import numpy as np

        ids: np.ndarray[tuple[int, int], np.dtype[np.int64]] = np.full(
            (len(batch), max(len(e.ids) for e in batch)), self._pad, dtype=np.int64
        )
        mask = np.zeros_like(ids)
        for row, encoding in enumerate(batch):
            ids[row, : len(encoding.ids)] = encoding.ids
            mask[row, : len(encoding.ids)] = 1
        (logits,) = self._session.run(None, {"input_ids": ids, "attention_mask": mask})
        return [[float(logit) for logit in row] for row in logits]


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Indices in batches of like length, none with more tokens than is good for the cache."""
    batch: list[int] = []
    for i in sorted(range(len(lengths)), key=lambda i: lengths[i]):
        if batch and (len(batch) >= _BATCH or (len(batch) + 1) * lengths[i] > _BATCH_TOKENS):
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def _softmax(logits: Sequence[float]) -> Triple:
    highest = max(logits)
    powers = [math.exp(logit - highest) for logit in logits]
    total = sum(powers)
    return powers[0] / total, powers[1] / total, powers[2] / total


def _read_config(folder: Path) -> StanceConfig:
    path = folder / "config.json"
    try:
        return StanceConfig.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError) as error:
        reason = "is missing" if isinstance(error, FileNotFoundError) else "can't be read"
        raise WeightsError(f"{path} {reason}; reinstall claimcast, or train the model again") from error


def _load_tokenizer(path: Path, max_length: int) -> Tokenizer:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.enable_truncation(max_length, strategy="longest_first")
    tokenizer.no_padding()
    return tokenizer


def _load_session(path: Path) -> InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


# --- any other cross-encoder ---------------------------------------------------------------------------------------


class NamedStance(StanceModel):
    """A cross-encoder for natural language inference by name or folder, through sentence-transformers.

    Raises:
        WeightsError: it can't be loaded, or its labels are not those of inference.
    """

    def __init__(self, name: str) -> None:
        from sentence_transformers import CrossEncoder

        try:
            self._encoder: CrossEncoder = CrossEncoder(name, max_length=512)
        except Exception as error:  # the hub, the disk and torch each raise their own kind
            reason = str(error).strip().splitlines()[0][:160] if str(error).strip() else type(error).__name__
            raise WeightsError(f"stance model {name} can't be loaded ({reason}); check CLAIMCAST_STANCE") from error
        self.model_id = name
        self._columns = stance_columns(name, self._encoder.model.config.id2label)

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> list[Triple]:
        from torch.nn import Identity

        rows = self._encoder.predict(list(pairs), batch_size=_BATCH, activation_fn=Identity(), show_progress_bar=False)
        found: list[Triple] = []
        for row in rows:
            logits = [float(logit) for logit in row]
            highest = max(logits)
            powers = [math.exp(logit - highest) for logit in logits]
            supports, refutes, neutral = (sum(powers[i] for i in columns) / sum(powers) for columns in self._columns)
            found.append((supports, refutes, neutral))
        return found


def stance_columns(name: str, labels: Mapping[int, str]) -> tuple[list[int], list[int], list[int]]:
    """The output columns that mean supports, refutes and neutral, from a model's own label names.

    Raises:
        WeightsError: a label is none of the usual names, or none means support.
    """
    columns: tuple[list[int], list[int], list[int]] = ([], [], [])
    for index, label in labels.items():
        word = re.sub(r"[^a-z]", "", label.lower())
        if word.startswith(("notentail", "neutral", "notenough", "nei", "unrelated", "notsupport")):
            columns[2].append(int(index))
        elif word.startswith(("entail", "support")):
            columns[0].append(int(index))
        elif word.startswith(("contradict", "refute")):
            columns[1].append(int(index))
        else:
            raise WeightsError(
                f"stance model {name} has a label {label!r}; entailment, contradiction, neutral are needed"
            )
    if not columns[0] or not (columns[1] or columns[2]):
        raise WeightsError(
            f"stance model {name} has the labels {', '.join(labels.values())}; it can't tell for from against"
        )
    return columns


@lru_cache(maxsize=2)
def load_stance(name: str | None = None) -> StanceModel:
    """The shipped model, or the cross-encoder with this name; loaded once.

    Raises:
        WeightsError: it is missing or damaged, or its labels can't be mapped.
    """
    return PackagedStance() if name in (None, "", PACKAGED) else NamedStance(str(name))
