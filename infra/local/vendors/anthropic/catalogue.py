"""The models on offer and what each refuses.

Ids: `anthropic` SDK 1.17, types/model_param.py, without retired ones. Sampling parameters are
refused from 4.7 on, prefill from 4.6 on, forced tool use by the 5.1 and 5.5 models,
`thinking.enabled` from 4.7 on (platform.claude.com, migration guides of the models).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One model: its limits in tokens and the features it has."""

    id: str
    name: str
    released: str = "1970-01-01"  # the API's own value where the date is unknown
    max_tokens: int = 128_000
    context: int = 1_000_000
    sampling: bool = False
    prefill: bool = False
    forced_tools: bool = True
    budgeted_thinking: bool = False
    adaptive_thinking: bool = True


def _model_4_5(model: str, name: str, released: str) -> Model:
    return Model(
        id=model, name=name, released=released, max_tokens=64_000, context=200_000,
        sampling=True, prefill=True, budgeted_thinking=True, adaptive_thinking=False,
    )  # fmt: skip


_HAIKU_4_5 = _model_4_5("claude-haiku-4-5-20251001", "Claude Haiku 4.5", "2025-10-01")
_SONNET_4_5 = _model_4_5("claude-sonnet-4-5-20250929", "Claude Sonnet 4.5", "2025-09-29")
_OPUS_4_5 = _model_4_5("claude-opus-4-5-20251101", "Claude Opus 4.5", "2025-11-01")

MODELS: tuple[Model, ...] = (
    Model(
        id="claude-haiku-5-5", name="Claude Haiku 5.5",
        max_tokens=64_000, context=200_000, forced_tools=False,
    ),
    Model(id="claude-sonnet-5-5", name="Claude Sonnet 5.5", forced_tools=False),
    Model(id="claude-opus-5-5", name="Claude Opus 5.5", forced_tools=False),
    Model(id="claude-fable-5-1", name="Claude Fable 5.1", forced_tools=False),
    Model(id="claude-sonnet-5", name="Claude Sonnet 5", released="2026-07-24"),
    Model(id="claude-opus-5", name="Claude Opus 5", released="2026-07-24"),
    Model(id="claude-opus-4-8", name="Claude Opus 4.8"),
    Model(id="claude-opus-4-7", name="Claude Opus 4.7"),
    Model(
        id="claude-sonnet-4-6", name="Claude Sonnet 4.6",
        max_tokens=64_000, sampling=True, budgeted_thinking=True,
    ),
    Model(
        id="claude-opus-4-6", name="Claude Opus 4.6",
        sampling=True, budgeted_thinking=True,
    ),
    _HAIKU_4_5,
    _SONNET_4_5,
    _OPUS_4_5,
)  # fmt: skip
_ALIASES = {
    "claude-haiku-4-5": _HAIKU_4_5,
    "claude-sonnet-4-5": _SONNET_4_5,
    "claude-opus-4-5": _OPUS_4_5,
}
_BY_ID = {model.id: model for model in MODELS} | _ALIASES


def find(name: str) -> Model | None:
    """Return the model of that id or alias."""
    return _BY_ID.get(name)


def as_json(model: Model) -> dict[str, object]:
    """Return a model as GET /v1/models lists it."""
    return {
        "type": "model",
        "id": model.id,
        "display_name": model.name,
        "created_at": f"{model.released}T00:00:00Z",
        "lifecycle": "active",
        "max_input_tokens": model.context,
        "max_tokens": model.max_tokens,
    }
