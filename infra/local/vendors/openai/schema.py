"""The body of POST /v1/embeddings.

Source: `openai` SDK 3.54, types/embedding_create_params.py. Arrays of token numbers, which the real
API takes too, are refused here: they belong to a vocabulary that this server does not have.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from infra.local.vendors.openai.errors import ApiError

MODEL = "text-embedding-3-small"
DIMENSIONS = 1536
MOST_INPUTS = 2048
_FIELDS = frozenset(("input", "model", "encoding_format", "dimensions", "user"))
_BAD_INPUT = (
    "'$.input' is invalid. Please check the API reference:"
    " https://platform.openai.com/docs/api-reference."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingRequest:
    """A request that breaks no rule of form."""

    texts: tuple[str, ...]
    encoding: Literal["float", "base64"]
    dimensions: int
    user: str


def parse(body: object) -> EmbeddingRequest:
    """Return the body read; raises ApiError for the first rule it breaks."""
    if not isinstance(body, dict):
        raise ApiError(400, "We could not parse the JSON body of your request.")
    fields = cast("Mapping[str, object]", body)
    _check_model(fields.get("model"))
    unknown = [name for name in fields if name not in _FIELDS]
    if unknown:
        raise ApiError(400, f"Unrecognized request argument supplied: {unknown[0]}")
    user = fields.get("user", "")
    if not isinstance(user, str):
        raise _wrong_type("user", "a string")
    return EmbeddingRequest(
        texts=_texts(fields.get("input")),
        encoding=_encoding(fields.get("encoding_format", "float")),
        dimensions=_dimensions(fields.get("dimensions", DIMENSIONS)),
        user=user,
    )


def _check_model(model: object) -> None:
    if not isinstance(model, str) or not model:
        raise ApiError(400, "you must provide a model parameter")
    if model != MODEL:
        message = f"The model `{model}` does not exist or you do not have access to it."
        raise ApiError(404, message, code="model_not_found")


def _texts(value: object) -> tuple[str, ...]:
    listed = cast("list[object]", value) if isinstance(value, list) else [value]
    texts = tuple(text for text in listed if isinstance(text, str) and text)
    if len(texts) != len(listed) or not 1 <= len(texts) <= MOST_INPUTS:
        raise ApiError(400, _BAD_INPUT)
    return texts


def _encoding(value: object) -> Literal["float", "base64"]:
    if value == "float":
        return "float"
    if value == "base64":
        return "base64"
    message = f"Invalid value: '{value}'. Supported values are: 'float' and 'base64'."
    raise ApiError(400, message, param="encoding_format", code="invalid_value")


def _dimensions(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _wrong_type("dimensions", "an integer")
    if not 1 <= value <= DIMENSIONS:
        message = f"Invalid value for 'dimensions': expected 1 to {DIMENSIONS}, got {value}."
        raise ApiError(400, message, param="dimensions", code="invalid_value")
    return value


def _wrong_type(param: str, expected: str) -> ApiError:
    message = f"Invalid type for '{param}': expected {expected}."
    return ApiError(400, message, param=param, code="invalid_type")
