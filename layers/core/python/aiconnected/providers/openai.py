"""Embeddings from OpenAI, or from whoever speaks its protocol (`POST /v1/embeddings`)."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from aiconnected.kit.errors import ProviderError, ProviderTimeout
from aiconnected.knowledge.ports import DIMENSIONS, Embeddings

if TYPE_CHECKING:
    from openai import OpenAI

MODEL = "text-embedding-3-small"
# The API takes 2,048 inputs and 300,000 tokens a request; ours are of about 200 tokens.
BATCH = 256
TIMEOUT_S = 10.0
RETRYABLE_STATUS = frozenset({408, 409, 429})
FIRST_SERVER_ERROR = 500


class OpenAIEmbedder:
    """Embedder over the official client. Never retries by itself: the job or the caller does."""

    provider = "openai"

    def __init__(
        self,
        *,
        api_key: str,
        base_url: str | None = None,
        model: str = MODEL,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._api_key = api_key
        self._base_url = base_url
        self._timeout_s = timeout_s
        self._client: OpenAI | None = None
        self.model = model

    def embed(self, texts: Sequence[str], *, tag: str) -> Embeddings:
        """Vectors for `texts` in order, in batches; `tag` goes into the request's `user`."""
        vectors: list[tuple[float, ...]] = []
        tokens = 0
        for batch in _batches(texts):
            made = self._request(batch, tag)
            vectors.extend(made.vectors)
            tokens += made.tokens
        return Embeddings(vectors=tuple(vectors), tokens=tokens)

    def close(self) -> None:
        """Give the connections back."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _request(self, batch: list[str], tag: str) -> Embeddings:
        import openai  # noqa: PLC0415 -- 0.5 s to import, for the few functions that embed

        client = self._connected()
        try:
            answer = client.embeddings.create(
                input=batch, model=self.model, dimensions=DIMENSIONS, user=tag
            )
        except openai.APITimeoutError as exc:
            raise ProviderTimeout(provider=self.provider, retryable=True) from exc
        except openai.APIStatusError as exc:
            again = exc.status_code in RETRYABLE_STATUS or exc.status_code >= FIRST_SERVER_ERROR
            raise ProviderError(
                f"Embedding failed with status {exc.status_code}.",
                provider=self.provider,
                retryable=again,
            ) from exc
        except openai.OpenAIError as exc:
            raise ProviderError(provider=self.provider, retryable=True) from exc
        ordered = sorted(answer.data, key=lambda item: item.index)
        vectors = tuple(tuple(item.embedding) for item in ordered)
        if len(vectors) != len(batch) or any(len(vector) != DIMENSIONS for vector in vectors):
            raise ProviderError(
                "The embeddings do not match the request.", provider=self.provider, retryable=False
            )
        return Embeddings(vectors=vectors, tokens=answer.usage.total_tokens)

    def _connected(self) -> "OpenAI":
        if self._client is None:
            from openai import OpenAI  # noqa: PLC0415 -- see `_request`

            self._client = OpenAI(
                api_key=self._api_key,
                base_url=self._base_url,
                timeout=self._timeout_s,
                max_retries=0,
            )
        return self._client


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(texts), BATCH):
        yield list(texts[start : start + BATCH])
