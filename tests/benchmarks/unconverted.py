"""A CTranslate2 Whisper folder as a model of transformers, so that both are measured with the same weights.

The file format is CTranslate2's (its `serialize.py`, binary version 6): a header, then every variable with its name, shape, type and
bytes. Projections that CTranslate2 keeps in one matrix are parted again.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

if TYPE_CHECKING:
    from transformers import WhisperForConditionalGeneration, WhisperTokenizerFast

_VERSION = 6
_TYPES = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}
Weights = dict[str, np.ndarray]


def variables(path: Path) -> Weights:
    """Every variable of a model.bin by name.

    Raises:
        ValueError: it is of another version.
    """
    with path.open("rb") as file:
        version = _number(file, "<I")
        if version != _VERSION:
            raise ValueError(f"{path} is of version {version}; {_VERSION} can be read")
        _text(file)
        _number(file, "<I")
        return dict(_variable(file) for _ in range(_number(file, "<I")))


def _variable(file: BinaryIO) -> tuple[str, np.ndarray]:
    name = _text(file)
    shape = [_number(file, "<I") for _ in range(_number(file, "<B"))]
    kind = _TYPES[_number(file, "<B")]
    return name, np.frombuffer(file.read(_number(file, "<I")), dtype=kind).reshape(shape)


def _number(file: BinaryIO, form: str) -> int:
    return int(struct.unpack(form, file.read(struct.calcsize(form)))[0])


def _text(file: BinaryIO) -> str:
    return file.read(_number(file, "<H")).rstrip(b"\0").decode()


def renamed(found: Weights) -> Iterator[tuple[str, np.ndarray]]:
    """The weights by the names that transformers gives them."""
    for side in ("encoder", "decoder"):
        yield f"{side}.embed_positions.weight", found[f"{side}/position_encodings/encodings"]
        yield from _both(f"{side}.layer_norm", found, f"{side}/layer_norm")
        for index in range(_layers(found, side)):
            yield from _layer(found, f"{side}/layer_{index}", f"{side}.layers.{index}", crossed=side == "decoder")
    for name in ("conv1", "conv2"):
        yield from _both(f"encoder.{name}", found, f"encoder/{name}")
    yield "decoder.embed_tokens.weight", found["decoder/embeddings/weight"]


def _layers(found: Weights, side: str) -> int:
    return len({name.split("/")[1] for name in found if re.match(rf"{side}/layer_\d", name)})


def _layer(found: Weights, one: str, other: str, *, crossed: bool) -> Iterator[tuple[str, np.ndarray]]:
    yield from _parted(found, f"{one}/self_attention/linear_0", f"{other}.self_attn", "qkv")
    yield from _both(f"{other}.self_attn.out_proj", found, f"{one}/self_attention/linear_1")
    yield from _both(f"{other}.self_attn_layer_norm", found, f"{one}/self_attention/layer_norm")
    if crossed:
        yield from _parted(found, f"{one}/attention/linear_0", f"{other}.encoder_attn", "q")
        yield from _parted(found, f"{one}/attention/linear_1", f"{other}.encoder_attn", "kv")
        yield from _both(f"{other}.encoder_attn.out_proj", found, f"{one}/attention/linear_2")
        yield from _both(f"{other}.encoder_attn_layer_norm", found, f"{one}/attention/layer_norm")
    yield from _both(f"{other}.final_layer_norm", found, f"{one}/ffn/layer_norm")
    for place in (0, 1):
        yield from _both(f"{other}.fc{place + 1}", found, f"{one}/ffn/linear_{place}")


def _both(target: str, found: Weights, name: str) -> Iterator[tuple[str, np.ndarray]]:
    yield f"{target}.weight", found.get(f"{name}/weight", found.get(f"{name}/gamma"))  # type: ignore[misc]
    yield f"{target}.bias", found.get(f"{name}/bias", found.get(f"{name}/beta"))  # type: ignore[misc]


def _parted(found: Weights, name: str, target: str, letters: str) -> Iterator[tuple[str, np.ndarray]]:
    weights = np.split(found[f"{name}/weight"], len(letters))
    for letter, weight, bias in zip(letters, weights, np.split(found[f"{name}/bias"], len(letters)), strict=True):
        yield f"{target}.{letter}_proj.weight", weight
        if letter != "k":
            yield f"{target}.{letter}_proj.bias", bias


def whisper(folder: Path) -> tuple[WhisperForConditionalGeneration, WhisperTokenizerFast]:
    """The model, in float32, and its tokenizer."""
    import torch
    from transformers import WhisperConfig, WhisperForConditionalGeneration, WhisperTokenizerFast

    found = variables(folder / "model.bin")
    tokenizer = WhisperTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"), unk_token="<|endoftext|>", pad_token="<|endoftext|>"
    )
    words, width = found["decoder/embeddings/weight"].shape
    sizes: dict[str, Any] = {}
    for side in ("encoder", "decoder"):
        sizes |= {
            f"{side}_layers": _layers(found, side),
            f"{side}_attention_heads": int(found[f"{side}/num_heads"]),
            f"{side}_ffn_dim": len(found[f"{side}/layer_0/ffn/linear_0/bias"]),
        }
    begin, end = (tokenizer.convert_tokens_to_ids(f"<|{name}|>") for name in ("startoftranscript", "endoftext"))
    model = WhisperForConditionalGeneration(
        WhisperConfig(
            vocab_size=words, d_model=width, num_mel_bins=found["encoder/conv1/weight"].shape[1], **sizes,
            decoder_start_token_id=begin, bos_token_id=end, eos_token_id=end, pad_token_id=end,
        )
    )  # fmt: skip
    state = {f"model.{name}": torch.from_numpy(array.astype(np.float32)) for name, array in renamed(found)}
    state["proj_out.weight"] = state["model.decoder.embed_tokens.weight"]
    model.load_state_dict(state)
    _tell(model, tokenizer, json.loads((folder / "config.json").read_text("utf-8")), begin)
    return model.eval(), tokenizer


def _tell(
    model: WhisperForConditionalGeneration, tokenizer: WhisperTokenizerFast, said: dict[str, Any], begin: int
) -> None:
    """What generation has to know of the model."""
    of = tokenizer.convert_tokens_to_ids
    told = model.generation_config
    told.is_multilingual = model.config.vocab_size >= 51865
    told.no_timestamps_token_id = of("<|notimestamps|>")
    told.alignment_heads = said["alignment_heads"]
    told.suppress_tokens, told.begin_suppress_tokens = said["suppress_ids"], said["suppress_ids_begin"]
    told.max_length, told.max_initial_timestamp_index = 448, 50
    told.decoder_start_token_id, told.return_timestamps = begin, False
    if told.is_multilingual:
        told.task_to_id = {name: of(f"<|{name}|>") for name in ("transcribe", "translate")}
        told.lang_to_id = {token: of(token) for token in tokenizer.convert_ids_to_tokens(said["lang_ids"])}
