"""The embeddings API through the real client: vectors, errors, faults."""

import base64
import time
from typing import Any

import httpx
import numpy as np
import openai
import pytest

from infra.local.vendors.engines.minilm import MiniLM
from tests.fixtures.http_vendors import OpenAiServer, new_call

pytestmark = pytest.mark.integration

MODEL = "text-embedding-3-small"
HEADERS = {"authorization": "Bearer k"}


def embed(
    server: OpenAiServer,
    texts: str | list[str],
    **more: Any,  # noqa: ANN401  # any parameter
) -> openai.types.CreateEmbeddingResponse:
    with server.client() as client:
        return client.embeddings.create(model=MODEL, input=texts, **more)


def post(server: OpenAiServer, **body: object) -> httpx.Response:
    full = {"model": MODEL, "input": "Hello", **body}
    kept = {name: value for name, value in full.items() if value is not None}
    return httpx.post(f"{server.origin}/v1/embeddings", json=kept, headers=HEADERS)


def test_vectors_have_the_model_s_length_and_unit_norm(openai_server: OpenAiServer) -> None:
    answer = embed(openai_server, ["How much is a crown?", "Where can I park?"])

    vectors = np.array([entry.embedding for entry in answer.data])
    assert vectors.shape == (2, 1536)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert [entry.index for entry in answer.data] == [0, 1]
    assert answer.model == MODEL


def test_base64_and_floats_say_the_same(openai_server: OpenAiServer) -> None:
    floats = post(openai_server).json()["data"][0]["embedding"]
    packed = post(openai_server, encoding_format="base64").json()["data"][0]["embedding"]

    assert np.frombuffer(base64.b64decode(packed), "<f4") == pytest.approx(floats)


def test_like_meanings_lie_near_each_other(openai_server: OpenAiServer) -> None:
    texts = ["Is there parking?", "Patients park free behind the building.", "A crown costs $900."]
    question, near, far = (np.array(one.embedding) for one in embed(openai_server, texts).data)

    assert question @ near > question @ far + 0.3


def test_a_text_has_one_vector_whatever_stands_beside_it(openai_server: OpenAiServer) -> None:
    alone = embed(openai_server, "Is there parking?").data[0].embedding
    beside = embed(openai_server, ["word " * 150, "Is there parking?"]).data[1].embedding

    assert beside == pytest.approx(alone, abs=1e-5)


def test_the_end_of_a_long_text_counts_too(openai_server: OpenAiServer) -> None:
    filler = "The garden has roses. " * 120
    texts = ["How much is a crown?", filler, f"{filler} A crown costs $900. " * 2]
    question, without, within = (
        np.array(one.embedding) for one in embed(openai_server, texts).data
    )

    assert question @ within > question @ without


def test_fewer_dimensions_keep_the_unit_norm(openai_server: OpenAiServer) -> None:
    vector = embed(openai_server, "Hello", dimensions=256).data[0].embedding

    assert len(vector) == 256
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)


def test_usage_counts_the_tokens_of_all_inputs(openai_server: OpenAiServer) -> None:
    one = embed(openai_server, "How much is a crown?").usage.prompt_tokens
    two = embed(openai_server, ["How much is a crown?"] * 2).usage

    assert one == 6
    assert two.prompt_tokens == two.total_tokens == 12


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"model": None}, 400, "you must provide a model parameter"),
        ({"model": "text-embedding-9"}, 404, "`text-embedding-9` does not exist"),
        ({"input": None}, 400, "'$.input' is invalid"),
        ({"input": ""}, 400, "'$.input' is invalid"),
        ({"input": []}, 400, "'$.input' is invalid"),
        ({"input": ["a", ""]}, 400, "'$.input' is invalid"),
        ({"input": ["a"] * 2049}, 400, "'$.input' is invalid"),
        ({"input": [1, 2]}, 400, "'$.input' is invalid"),
        ({"input": "word " * 8200}, 400, "maximum context length is 8192 tokens"),
        ({"encoding_format": "hex"}, 400, "Invalid value: 'hex'"),
        ({"dimensions": 2000}, 400, "dimensions"),
        ({"dimensions": "many"}, 400, "dimensions"),
        ({"user": 7}, 400, "user"),
        ({"truncate": True}, 400, "Unrecognized request argument supplied: truncate"),
    ],
)
def test_a_broken_rule_is_refused(
    openai_server: OpenAiServer, body: dict[str, Any], status: int, message: str
) -> None:
    answer = post(openai_server, **body)

    assert answer.status_code == status
    error = answer.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert message in error["message"]


@pytest.mark.parametrize("key", ["", "invalid-key"])
def test_a_key_is_needed(openai_server: OpenAiServer, key: str) -> None:
    headers = {"authorization": f"Bearer {key}"} if key else {}
    body = {"model": MODEL, "input": "a"}
    answer = httpx.post(f"{openai_server.origin}/v1/embeddings", json=body, headers=headers)

    assert answer.status_code == 401


def test_the_client_raises_its_own_errors(openai_server: OpenAiServer) -> None:
    with openai_server.client() as client, pytest.raises(openai.NotFoundError) as refusal:
        client.embeddings.create(model="none", input="a")

    assert refusal.value.code == "model_not_found"
    assert refusal.value.request_id is not None


@pytest.mark.parametrize(
    ("status", "kind"), [(429, openai.RateLimitError), (500, openai.InternalServerError)]
)
@pytest.mark.parametrize("at", ["accept", "first", "middle", "end"])
def test_an_error_on_request(
    openai_server: OpenAiServer, status: int, kind: type[openai.APIStatusError], at: str
) -> None:
    call = new_call()
    openai_server.arm(call, "error", at, status=status)

    with pytest.raises(kind):
        embed(openai_server, "a", user=call)
    assert len(embed(openai_server, "a", user=call).data) == 1


def test_a_drop_on_request(openai_server: OpenAiServer) -> None:
    call = new_call()
    openai_server.arm(call, "drop", "accept")

    with pytest.raises(openai.APIConnectionError):
        embed(openai_server, "a", user=call)


def test_a_stall_on_request(openai_server: OpenAiServer) -> None:
    call = new_call()
    openai_server.arm(call, "stall", "first")

    with pytest.raises(openai.APITimeoutError):
        embed(openai_server, "a", user=call, timeout=0.3)


def test_a_delay_on_request(openai_server: OpenAiServer) -> None:
    call = new_call()
    openai_server.arm(call, "delay", "accept", ms=200)

    began = time.monotonic()
    embed(openai_server, "a", user=call)

    assert time.monotonic() - began >= 0.2


def test_the_journal_tells_one_call_s_story(openai_server: OpenAiServer) -> None:
    call = new_call()
    embed(openai_server, ["a", "b"], user=call)

    entries = openai_server.journal(call)
    assert [entry["event"] for entry in entries] == ["embed.request", "embed.done"]
    assert entries[0]["inputs"] == 2


def test_the_graph_agrees_with_known_cosines(minilm: MiniLM) -> None:
    # sentence-transformers/all-MiniLM-L6-v2, model card example, computed with the original code
    first, second, third = minilm.embed(
        ["That is a happy person", "That is a happy dog", "Today is a sunny day"]
    )

    assert first @ second == pytest.approx(0.695, abs=0.005)
    assert first @ third == pytest.approx(0.257, abs=0.005)
