"""Composition of the carrier: one aiohttp application from an account, its numbers and a voice."""

from collections.abc import Iterable
from dataclasses import dataclass

from aiohttp import web

from infra.local.vendors.engines.control import Control
from infra.local.vendors.twilio.controls import Controls
from infra.local.vendors.twilio.exchange import Account, Exchange
from infra.local.vendors.twilio.http_client import HttpClient
from infra.local.vendors.twilio.model import Number
from infra.local.vendors.twilio.phone_socket import PhoneSocket
from infra.local.vendors.twilio.phones import Phones
from infra.local.vendors.twilio.rest import guard
from infra.local.vendors.twilio.rest_calls import Calls
from infra.local.vendors.twilio.rest_numbers import Numbers
from infra.local.vendors.twilio.rest_recordings import Recordings
from infra.local.vendors.twilio.switchboard import Switchboard
from infra.local.vendors.twilio.tasks import Tasks
from infra.local.vendors.twilio.voice import Beeps, SpeechServer, Voice
from infra.local.vendors.twilio.webhooks import Webhooks


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line says."""

    account: Account
    numbers: Iterable[Number] = ()
    speak_url: str = ""  # origin of a Deepgram-compatible speech server; empty: beeps
    speak_key: str = ""
    time_limit: int = 14_400  # seconds: Twilio's default of four hours


def application(options: Options) -> web.Application:
    """Build the server; its calls end when the application is cleaned up."""
    exchange = _exchange(options)
    switchboard = Switchboard(exchange)

    async def phone(request: web.Request) -> web.WebSocketResponse:
        socket = PhoneSocket(phones=exchange.phones, dial=switchboard.receive)
        return await socket.serve(request)

    async def close(_: web.Application) -> None:
        await exchange.tasks.close()
        await exchange.http.close()

    app = web.Application(middlewares=[guard(exchange)])
    app.add_routes(exchange.control.routes())
    app.add_routes(Controls(exchange).routes())
    app.add_routes([web.get("/phone", phone)])
    for resource in (Calls(switchboard), Numbers(exchange), Recordings(switchboard)):
        app.add_routes(resource.routes())
    app.on_shutdown.append(close)
    return app


def _exchange(options: Options) -> Exchange:
    control, tasks = Control(ready=lambda: True), Tasks()
    http = HttpClient()
    return Exchange(
        account=options.account,
        control=control,
        http=http,
        webhooks=Webhooks(http=http, auth_token=options.account.auth_token, control=control),
        voice=_voice(options, http),
        tasks=tasks,
        phones=Phones(tasks),
        time_limit=options.time_limit,
        numbers={number.sid: number for number in options.numbers},
    )


def _voice(options: Options, http: HttpClient) -> Voice:
    if not options.speak_url:
        return Beeps()
    return SpeechServer(url=options.speak_url, api_key=options.speak_key, http=http)
