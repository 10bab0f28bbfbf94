"""`python -m infra.local.vendors.openai --port N`: serve the OpenAI-compatible embeddings API."""

from infra.local.vendors.engines import process, weights
from infra.local.vendors.engines.hashing import HashingEncoder
from infra.local.vendors.engines.minilm import MiniLM
from infra.local.vendors.engines.model_cache import cache_folder
from infra.local.vendors.openai.memory import RememberingModel
from infra.local.vendors.openai.server import OpenAiServer


def main() -> None:
    arguments = process.parser("openai")
    arguments.add_argument("--instant", action="store_true", help="no model: load tests")
    chosen = arguments.parse_args()
    server = OpenAiServer()

    def load() -> None:
        server.employ(HashingEncoder() if chosen.instant else _remembering())

    process.serve(server.app(), name="openai", host=chosen.host, port=chosen.port, load=load)


def _remembering() -> RememberingModel:
    return RememberingModel(
        MiniLM.load(threads=2),
        file=cache_folder() / "vectors.sqlite3",
        version=weights.MINILM.sha256,
    )


if __name__ == "__main__":
    main()
