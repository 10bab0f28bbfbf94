"""`python -m infra.local.vendors.anthropic --port N`: serve the Anthropic-compatible API."""

from infra.local.vendors.anthropic.receptionist.brain import Receptionist
from infra.local.vendors.anthropic.server import AnthropicServer
from infra.local.vendors.anthropic.speed import Speed, Speeds
from infra.local.vendors.engines import process
from infra.local.vendors.engines.hashing import HashingEncoder
from infra.local.vendors.engines.minilm import MiniLM


def main() -> None:
    arguments = process.parser("anthropic")
    arguments.add_argument("--first-token-ms", type=int, default=150)
    arguments.add_argument("--tokens-per-second", type=float, default=80, help="0: no limit")
    arguments.add_argument("--instant", action="store_true", help="no model, no delay: load tests")
    chosen = arguments.parse_args()
    speed = (
        Speed(first_token_ms=0, tokens_per_second=0)
        if chosen.instant
        else Speed(first_token_ms=chosen.first_token_ms, tokens_per_second=chosen.tokens_per_second)
    )
    server = AnthropicServer(speeds=Speeds(speed))

    def load() -> None:
        encoder = HashingEncoder() if chosen.instant else MiniLM.load(threads=2)
        server.employ(Receptionist(encoder))

    process.serve(
        server.app(),
        name="anthropic",
        host=chosen.host,
        port=chosen.port,
        load=load,
        cancel_on_disconnect=True,
    )


if __name__ == "__main__":
    main()
