"""What of a demo run was real and what was simulated, in plain words."""

from dataclasses import dataclass

from infra.local.vendors.anthropic.speed import Speed


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the run."""

    name: str
    what: str


REAL = (
    Part(
        name="The product",
        what="control plane, call plane and database schema, the code that is packaged for "
        "deployment; it has no offline branch and does not know that this is a demo",
    ),
    Part(
        name="Speech recognition",
        what="Whisper tiny.en decoded the caller's audio, in the sound of a telephone line "
        "(mu-law, 8 kHz)",
    ),
    Part(
        name="The agent's voice",
        what="Piper spoke every answer while it was being written; what the agent says by heart, "
        "such as the greeting, is spoken once and kept",
    ),
    Part(
        name="Retrieval",
        what="each answer's passages were found in the client's documents by MiniLM embeddings "
        "and full-text search; the documents' vectors may be kept from an earlier run",
    ),
    Part(
        name="Stores",
        what="PostgreSQL 18 with pgvector and row-level security, and Valkey in Redis' place",
    ),
    Part(
        name="The conversation",
        what="a LiveKit Agents session: turn-taking, interruption, tools, transcript",
    ),
    Part(
        name="Clients and protocols",
        what="the vendors' own client libraries over sockets: Twilio media streams and signed "
        "webhooks, Deepgram, Anthropic, OpenAI, AWS",
    ),
    Part(
        name="The figures",
        what="every time was measured in this call, from the last sample the caller sent to the "
        "first one heard",
    ),
)


def simulated() -> tuple[Part, ...]:
    """What stood in for something that needs an account, a key or a network."""
    speed = Speed()
    return (
        Part(
            name="The language model",
            what="a scripted receptionist behind Anthropic's protocol, which knows only what the "
            f"request holds. Its speed is set: first token after {speed.first_token_ms} ms, "
            f"{speed.tokens_per_second:g} tokens a second",
        ),
        Part(
            name="The carrier",
            what="a Twilio-compatible server on this machine; no telephone network, so no delay, "
            "loss or jitter of one",
        ),
        Part(
            name="The caller",
            what="recorded lines spoken by Kokoro, another engine than the agent's, and filtered "
            "like a telephone; each was played after the answer to the one before",
        ),
        Part(
            name="The vendors' servers",
            what="Deepgram, OpenAI and Anthropic were servers on this machine that speak their "
            "protocols over the engines named here",
        ),
        Part(
            name="AWS",
            what="S3, SQS and Secrets Manager were LocalStack; Lambda and API Gateway were local "
            "processes that keep their limits",
        ),
        Part(
            name="Money",
            what="quantities were metered in this call, but rated by a seeded price book of list "
            "prices; nobody was charged",
        ),
        Part(
            name="The business",
            what="Brightwater Dental, its documents, its calendar and its people are invented",
        ),
    )
