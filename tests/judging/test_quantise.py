"""Eight-bit weights that keep what a graph computes, outliers or not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnxruntime import InferenceSession

from pipeline.judging.training import quantise as room
from pipeline.judging.training.quantise import quantise

WIDTH, OUT = 64, 32


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    """One matrix product."""
    weights = np.random.default_rng(1).standard_normal((WIDTH, OUT)).astype(np.float32)
    node = helper.make_node("MatMul", ["x", "w"], ["y"], name="product")
    made = helper.make_graph(
        [node],
        "product",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", WIDTH])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["batch", OUT])],
        [numpy_helper.from_array(weights, "w")],
    )
    path = tmp_path / "float.onnx"
    onnx.save(helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), path)
    return path


def inputs(seed: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Values of about 1, in one channel of about 200."""
    values = np.random.default_rng(seed).standard_normal((8, WIDTH))
    values[:, 5] *= 200
    found: np.ndarray[tuple[int, ...], np.dtype[np.float32]] = values.astype(np.float32)
    return found


def wrong_by(graph: Path, small: Path) -> float:
    """The mean error of a graph's results against another's, as a share of their size."""
    results = [InferenceSession(str(path)).run(None, {"x": inputs(9)})[0] for path in (graph, small)]
    return float(np.abs(results[0] - results[1]).mean() / np.abs(results[0]).mean())


def test_an_outlier_does_not_round_the_other_channels_away(
    graph: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = [{"x": inputs(seed)} for seed in range(4)]
    quantise(graph, tmp_path / "smooth.onnx", samples)  # type: ignore[arg-type] # this graph takes floats
    monkeypatch.setattr(room, "SHARE", 0.0)
    quantise(graph, tmp_path / "plain.onnx", samples)  # type: ignore[arg-type]
    assert wrong_by(graph, tmp_path / "smooth.onnx") < 0.02
    assert wrong_by(graph, tmp_path / "smooth.onnx") < wrong_by(graph, tmp_path / "plain.onnx")
    assert not list(tmp_path.glob("*.smooth.onnx"))
