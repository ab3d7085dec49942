"""A float network from the shipped int8 graph, so that training can go on where the last release stopped.

    python -m pipeline.judging.training.restore --base MODEL_FOLDER --out RUN_FOLDER/model.pt [--stance FOLDER]

Undoes what `quantise` did: integers times their scale, and rows divided by the factor that smoothed their input.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnx
from onnx import numpy_helper

if TYPE_CHECKING:
    import torch

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float32]]
SHIPPED = Path(__file__).parent.parent / "weights" / "stance"
_PASSING = ("Cast", "Mul")
"""What stands between an integer product and the addition of its bias."""


def float_weights(graph: onnx.GraphProto) -> dict[str, Floats]:
    """Parameter name -> values as the float network holds them (a matrix is (out, in))."""
    stored = {tensor.name: tensor for tensor in graph.initializer}
    weights = {name: _array(tensor) for name, tensor in stored.items() if _is_parameter(name)}
    for name in [name.removesuffix("_quantized") for name in stored if name.endswith("weight_quantized")]:
        weights[name] = _dequantised(stored, name)
    made_by = {output: node for node in graph.node for output in node.output}
    for node in graph.node:
        if node.op_type == "MatMulInteger" and node.input[1] in stored:
            matrix = _dequantised(stored, node.input[1].removesuffix("_quantized"))
            smooth = made_by[node.input[0]].input[0]
            if (factor := stored.get(smooth.removesuffix("_smooth") + "_factor")) is not None:
                matrix = matrix * _array(factor)[:, None]
            weights[_bias_after(graph, node, stored).removesuffix("bias") + "weight"] = matrix.T.copy()
    return weights


def _is_parameter(name: str) -> bool:
    return name.endswith((".weight", ".bias"))


def _array(tensor: onnx.TensorProto) -> Floats:
    values: Floats = np.asarray(numpy_helper.to_array(tensor), dtype=np.float32)
    return values


def _dequantised(stored: dict[str, onnx.TensorProto], name: str) -> Floats:
    """The values of a quantised tensor: one scale a column, or one for all."""
    scale, zero = _array(stored[f"{name}_scale"]), _array(stored[f"{name}_zero_point"])
    values: Floats = (_array(stored[f"{name}_quantized"]) - zero) * scale
    return values


def _bias_after(graph: onnx.GraphProto, product: onnx.NodeProto, stored: dict[str, onnx.TensorProto]) -> str:
    """The name of the bias that is added to a product."""
    reached = {product.output[0]}
    for node in graph.node:
        if not reached & set(node.input):
            continue
        if node.op_type in _PASSING:
            reached |= set(node.output)
        elif node.op_type == "Add":
            return str(next(name for name in node.input if name in stored))
    raise ValueError(f"no bias follows {product.name}")


def restored(stance: Path, base: Path, frozen: int) -> dict[str, torch.Tensor]:
    """The state of a `StanceNet`: the base's, with what the shipped graph holds put over all that was trained."""
    import torch

    from pipeline.judging.training.model import StanceNet

    found = float_weights(onnx.load(stance / "model.onnx").graph)
    state: dict[str, torch.Tensor] = StanceNet.from_base(base).state_dict()
    untouched = ("encoder.embeddings.", *(f"encoder.encoder.layer.{layer}." for layer in range(frozen)))
    for name, values in state.items():
        if name in found and not (frozen and name.startswith(untouched)):
            state[name] = torch.tensor(found[name].reshape(tuple(values.shape)))
    return state


def main() -> None:
    """Writes the state that the command line asks for."""
    import torch

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stance", type=Path, default=SHIPPED)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--frozen", type=int, default=6, help="lowest layers that the release left as pretrained")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    args.out.parent.mkdir(parents=True, exist_ok=True)
    torch.save(restored(args.stance, args.base, args.frozen), args.out)


if __name__ == "__main__":
    main()
