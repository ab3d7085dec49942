"""Text becomes unit vectors: the packaged int8 MiniLM through ONNX Runtime, or any sentence-transformers model.

MiniLM: mean of the last hidden states over the tokens that are not padding, then length 1, as on the model's card
(https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pipeline import weights
from pipeline.errors import WeightsError
from pipeline.settings import Settings

if TYPE_CHECKING:
    import numpy as np

PACKAGED = "all-MiniLM-L6-v2"
MAX_TOKENS = 256
BATCH_TOKENS = 2048
"""Tokens in one batch, padding included: short texts go in large batches."""


class Embedder(Protocol):
    """Anything that turns texts into rows of unit length."""

    model_id: str
    dimension: int

    def embed(self, texts: Sequence[str], on_progress: Callable[[int, int], None] | None = None) -> np.ndarray:
        """A float32 array, one unit row a text, in the order given."""
        ...


def load_embedder(settings: Settings) -> Embedder:
    """The embedder that the settings name, loaded once in a process.

    Raises:
        WeightsError: the model is not here, or a file's hash is wrong.
    """
    if settings.embedding in weights.WEIGHTS and settings.embedding == PACKAGED:
        return _packaged(settings.models_path)
    return _sentence_transformers(settings.embedding, settings.models_path, settings.offline)


def model_id(name: str) -> str:
    """What a store records of its embedding model: the name, and the start of the weights' hash where it is known."""
    known = weights.WEIGHTS.get(name)
    return f"{name}@{known.sha256[:12]}" if known else name


class OnnxEmbedder:
    """The packaged model: int8 weights, 384 dimensions."""

    dimension = 384

    def __init__(self, folder: Path, name: str = PACKAGED) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        self.model_id = model_id(name)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS") or 0)
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # waiting leaves the cores to others
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()

    def embed(self, texts: Sequence[str], on_progress: Callable[[int, int], None] | None = None) -> np.ndarray:
        """A float32 array, one unit row a text; texts beyond 256 tokens are cut there."""
        import numpy as np

        encoded = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        rows: np.ndarray = np.zeros((len(encoded), self.dimension), dtype=np.float32)
        done = 0
        for batch in _batches([len(ids) for ids in encoded]):
            rows[batch] = self._run([encoded[index] for index in batch])
            done += len(batch)
            if on_progress:
                on_progress(done, len(encoded))
        return rows

    def _run(self, batch: list[list[int]]) -> np.ndarray:
        import numpy as np

        longest = max(len(ids) for ids in batch)
        tokens: np.ndarray = np.zeros((len(batch), longest), dtype=np.int64)
        mask = np.zeros_like(tokens)
        for row, ids in enumerate(batch):
            tokens[row, : len(ids)] = ids
            mask[row, : len(ids)] = 1
        feed = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": np.zeros_like(tokens)}
        hidden = self._session.run(None, feed)[0]
        weight = mask[:, :, None].astype(np.float32)
        mean = (hidden * weight).sum(axis=1) / weight.sum(axis=1)
        unit: np.ndarray = mean / np.linalg.norm(mean, axis=1, keepdims=True).clip(min=1e-12)
        return unit


class SentenceTransformersEmbedder:
    """Any model that sentence-transformers can load: a table name, a folder, or a hub name."""

    def __init__(self, name: str, models: Path, offline: bool) -> None:
        from sentence_transformers import SentenceTransformer

        self.model_id = model_id(name)
        place = str(weights.locate(name, models)) if name in weights.WEIGHTS else name
        try:
            self._model = SentenceTransformer(place, local_files_only=offline or Path(place).exists())
        except (OSError, ValueError) as error:
            raise WeightsError(
                f"embedding model {name} can't be loaded ({str(error).splitlines()[0][:160]}); "
                f"set CLAIMCAST_EMBEDDING to {PACKAGED}, a folder, or a name that the hub has"
            ) from error
        self.dimension = int(self._model.get_sentence_embedding_dimension() or 0)

    def embed(self, texts: Sequence[str], on_progress: Callable[[int, int], None] | None = None) -> np.ndarray:
        """A float32 array, one unit row a text."""
        import numpy as np

        rows = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False, batch_size=64)
        if on_progress:
            on_progress(len(texts), len(texts))
        unit: np.ndarray = np.asarray(rows, dtype=np.float32)
        return unit


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """Indexes grouped by similar length, so that little is spent on padding."""
    batches: list[list[int]] = []
    for index in sorted(range(len(lengths)), key=lambda position: lengths[position]):
        if batches and lengths[index] * (len(batches[-1]) + 1) <= BATCH_TOKENS:
            batches[-1].append(index)
        else:
            batches.append([index])
    return batches


@lru_cache(maxsize=2)
def _packaged(models: Path) -> OnnxEmbedder:
    return OnnxEmbedder(weights.locate(PACKAGED, models))


@lru_cache(maxsize=2)
def _sentence_transformers(name: str, models: Path, offline: bool) -> SentenceTransformersEmbedder:
    return SentenceTransformersEmbedder(name, models, offline)
