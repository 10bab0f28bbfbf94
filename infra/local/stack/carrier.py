"""Numbers at the carrier: bought, with their webhooks pointed at our API."""

import base64
import urllib.parse
import urllib.request
from dataclasses import dataclass

_API_VERSION = "2010-04-01"
_VOICE = "/api/v1/webhooks/twilio/voice"
_STATUS = "/api/v1/webhooks/twilio/status"
_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierAccount:
    """Our account at the Twilio-compatible server; `origin` is the server's."""

    origin: str
    account_sid: str
    auth_token: str

    def connect(self, number: str, *, api_url: str) -> None:
        """Buy `number` and have its calls announced to our API; raises OSError."""
        form = {
            "PhoneNumber": number,
            "VoiceUrl": api_url + _VOICE,
            "StatusCallback": api_url + _STATUS,
        }
        account = f"{self.origin}/{_API_VERSION}/Accounts/{self.account_sid}"
        request = urllib.request.Request(  # noqa: S310 -- loopback
            f"{account}/IncomingPhoneNumbers.json",
            data=urllib.parse.urlencode(form).encode(),
            headers={"Authorization": f"Basic {self._basic()}"},
        )
        with urllib.request.urlopen(request, timeout=_SECONDS) as response:  # noqa: S310 -- loopback
            response.read()

    def _basic(self) -> str:
        return base64.b64encode(f"{self.account_sid}:{self.auth_token}".encode()).decode()
