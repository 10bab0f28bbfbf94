"""Command line of the carrier: `python -m infra.local.vendors.twilio --port N …`."""

import argparse
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from infra.local.vendors.engines import process
from infra.local.vendors.twilio.exchange import Account
from infra.local.vendors.twilio.model import E164, Number, new_sid
from infra.local.vendors.twilio.server import Options, application


class _Entry(BaseModel):
    """One number of the file; the fields are those of the REST resource."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    phone_number: Annotated[str, Field(pattern=f"^{E164.pattern}$")]
    friendly_name: str = ""
    voice_url: str = ""
    voice_method: Literal["GET", "POST"] = "POST"
    voice_fallback_url: str = ""
    voice_fallback_method: Literal["GET", "POST"] = "POST"
    status_callback: str = ""
    status_callback_method: Literal["GET", "POST"] = "POST"

    def number(self) -> Number:
        return Number(
            sid=new_sid("PN"),
            phone_number=self.phone_number,
            friendly_name=self.friendly_name or self.phone_number,
            voice_url=self.voice_url,
            voice_method=self.voice_method,
            voice_fallback_url=self.voice_fallback_url,
            voice_fallback_method=self.voice_fallback_method,
            status_callback=self.status_callback,
            status_callback_method=self.status_callback_method,
        )


def main() -> None:
    arguments = _parser().parse_args()
    options = Options(
        account=Account(sid=arguments.account_sid, auth_token=arguments.auth_token),
        numbers=() if arguments.numbers is None else _numbers(arguments.numbers),
        speak_url=arguments.speak_url,
        speak_key=arguments.speak_key,
        time_limit=arguments.time_limit,
    )
    process.serve(application(options), name="twilio", host=arguments.host, port=arguments.port)


def _parser() -> argparse.ArgumentParser:
    parser = process.parser("twilio")
    parser.add_argument("--account-sid", type=_account_sid, required=True)
    parser.add_argument("--auth-token", required=True)
    parser.add_argument("--numbers", type=Path, help="JSON list of numbers, fields as in REST")
    parser.add_argument(
        "--speak-url", default="", help="ws origin of a Deepgram-compatible server, for <Say>"
    )
    parser.add_argument("--speak-key", default="")
    parser.add_argument("--time-limit", type=int, default=14_400, help="seconds a call may last")
    return parser


def _account_sid(text: str) -> str:
    if not re.fullmatch(r"AC[0-9a-f]{32}", text):
        raise argparse.ArgumentTypeError("an account SID is AC and 32 hexadecimal digits")
    return text


def _numbers(path: Path) -> list[Number]:
    """Read the numbers file; exits with the reason when it is not one."""
    try:
        entries = TypeAdapter(list[_Entry]).validate_json(path.read_bytes())
    except (OSError, ValidationError) as exc:
        raise SystemExit(f"{path}: {exc}") from exc
    return [entry.number() for entry in entries]


if __name__ == "__main__":
    main()
