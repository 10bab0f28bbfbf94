"""Voice activity of one caller: silero's 16 kHz model on onnxruntime."""

import numpy as np
import numpy.typing as npt

from infra.local.vendors.engines import weights
from infra.local.vendors.engines.audio import Samples
from infra.local.vendors.engines.onnx_graph import OnnxGraph

RATE = 16000
WINDOW = 512  # 32 ms: the only length the model takes at 16 kHz
_CONTEXT = 64  # samples of the previous window put before each


def load_model() -> OnnxGraph:
    """Load the weights once; every stream shares them."""
    return OnnxGraph(weights.locate(weights.SILERO_VAD))


class Silero:
    """One stream; call it with consecutive windows."""

    def __init__(self, model: OnnxGraph) -> None:
        self._model = model
        self._rate = np.array(RATE, np.int64)
        self._state: npt.NDArray[np.float32] = np.zeros((2, 1, 128), np.float32)
        self._context: Samples = np.zeros(_CONTEXT, np.float32)

    def __call__(self, window: Samples) -> float:
        """Return the probability of speech in 512 samples at 16 kHz."""
        frame = np.concatenate([self._context, window])
        feed = {"input": frame[None], "state": self._state, "sr": self._rate}
        speech, self._state = self._model.run(feed)
        self._context = frame[-_CONTEXT:]
        return float(speech[0, 0])
