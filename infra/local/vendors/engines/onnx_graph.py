"""One ONNX graph on onnxruntime, typed, on the caller's own thread."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

_runtime: Any = onnxruntime  # it ships no stubs; `OnnxGraph` gives its results a type
_ERRORS_ONLY = 3


class OnnxGraph:
    """Thread-safe: a run keeps no state."""

    def __init__(self, path: Path, *, threads: int = 1) -> None:
        options = _runtime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.log_severity_level = _ERRORS_ONLY
        # Its threads would wait for work in a busy loop, at the cost of every other process.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session: Any = _runtime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )

    def run(self, feed: dict[str, npt.NDArray[Any]]) -> list[npt.NDArray[np.float32]]:
        """Return every output of the graph, in its order."""
        return self._session.run(None, feed)
