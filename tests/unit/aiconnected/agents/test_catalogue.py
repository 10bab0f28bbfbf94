"""The catalogue of models."""

import pytest

from aiconnected.agents.catalogue import MODELS, ModelKind, check_model, provider_of
from aiconnected.agents.errors import UnknownModel
from aiconnected.agents.models import TOOLS
from realtime.agent.tools import Toolbox

pytestmark = pytest.mark.unit


def test_every_model_says_by_its_name_whose_it_is_or_is_named_by_its_vendor() -> None:
    assert [
        model.name
        for model in MODELS
        if model.kind is ModelKind.LLM and provider_of(model.name) != model.provider
    ] == []
    assert provider_of("unheard-of-1") is None


@pytest.mark.parametrize(
    ("kind", "provider", "name"),
    [
        (ModelKind.LLM, "anthropic", "claude-haiku-4-5"),
        (ModelKind.STT, "deepgram", "nova-3"),
        (ModelKind.TTS, "deepgram", "aura-2-thalia-en"),
    ],
)
def test_a_model_of_the_catalogue_is_known(kind: ModelKind, provider: str, name: str) -> None:
    check_model(kind, provider=provider, name=name, field="model")


@pytest.mark.parametrize(
    ("kind", "provider", "name"),
    [
        (ModelKind.LLM, "openai", "claude-haiku-4-5"),
        (ModelKind.STT, "anthropic", "claude-haiku-4-5"),
        (ModelKind.TTS, "deepgram", "aura-2-"),
        (ModelKind.TTS, "deepgram", "aura-9-nobody-en"),
        (ModelKind.LLM, "", ""),
    ],
)
def test_another_is_not(kind: ModelKind, provider: str, name: str) -> None:
    with pytest.raises(UnknownModel) as refused:
        check_model(kind, provider=provider, name=name, field="llm_model")

    assert [detail.field for detail in refused.value.details] == ["llm_model"]


def test_the_tools_are_those_of_the_call_plane() -> None:
    names = {name for name in Toolbox.specs.__code__.co_consts if isinstance(name, str)}

    assert names & TOOLS == TOOLS
