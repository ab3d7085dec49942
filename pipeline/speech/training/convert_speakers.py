"""Converts Resemblyzer's speaker encoder to the ONNX file that claimcast ships.

    pip download --no-deps resemblyzer==0.1.4 && unzip -o Resemblyzer-0.1.4-*.whl
    python -m pipeline.speech.training.convert_speakers resemblyzer/pretrained.pt

The checkpoint is read as plain tensors after its SHA-256 was checked; none of the package's code runs. The optimiser's
state is left out and the weights are stored as float16 (and computed with as float32), which turns 17 MB into 3.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from pipeline.weights import verify_file

CHECKPOINT_SHA256 = "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e"
TARGET = Path(__file__).parent.parent / "weights" / "speakers" / "speaker_encoder.onnx"


class Encoder(nn.Module):  # type: ignore[misc]
    """Mel frames → a unit vector of 256 numbers: three LSTM layers, one linear layer."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(40, 256, 3, batch_first=True)
        self.linear = nn.Linear(256, 256)

    def forward(self, mels: torch.Tensor) -> torch.Tensor:
        _, (hidden, _) = self.lstm(mels)
        raw = torch.relu(self.linear(hidden[-1]))
        return raw / torch.linalg.norm(raw, dim=1, keepdim=True)


def main() -> None:
    """Writes the ONNX file and says how far its vectors are from the original's."""
    checkpoint = Path(sys.argv[1])
    verify_file(checkpoint, CHECKPOINT_SHA256)
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)["model_state"]
    encoder = Encoder().eval()
    encoder.load_state_dict({name: value for name, value in state.items() if name.startswith(("lstm.", "linear."))})
    buffer = io.BytesIO()
    torch.onnx.export(
        encoder,
        (torch.zeros(2, 160, 40),),
        buffer,
        input_names=["mels"],
        output_names=["voices"],
        dynamic_axes={"mels": {0: "batch", 1: "frames"}, "voices": {0: "batch"}},
        opset_version=17,
        dynamo=False,
    )
    model = halved(onnx.load_from_string(buffer.getvalue()))
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, TARGET)
    print(f"{TARGET.name}: {TARGET.stat().st_size / 1e6:.1f} MB, least cosine {least_cosine(encoder):.6f}")


def halved(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model with its large float32 tensors stored as float16 and widened when it is loaded."""
    graph = model.graph
    casts = []
    for tensor in list(graph.initializer):
        if tensor.data_type != TensorProto.FLOAT or np.prod(tensor.dims) < 1024:
            continue
        narrow = numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), f"{tensor.name}.half")
        casts.append(helper.make_node("Cast", [narrow.name], [tensor.name], to=TensorProto.FLOAT))
        graph.initializer.remove(tensor)
        graph.initializer.append(narrow)
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.checker.check_model(model)
    return model


def least_cosine(encoder: Encoder) -> float:
    """The lowest cosine between the original's vectors and the converted model's, over random input."""
    import onnxruntime

    mels = np.random.default_rng(1).gamma(0.3, 0.1, (64, 160, 40)).astype(np.float32)
    with torch.no_grad():
        wanted = encoder(torch.from_numpy(mels)).numpy()
    (found,) = onnxruntime.InferenceSession(str(TARGET)).run(None, {"mels": mels})
    return float((wanted * found).sum(axis=1).min())


if __name__ == "__main__":
    main()
