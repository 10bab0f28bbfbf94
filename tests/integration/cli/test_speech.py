"""Voices: `--say` and `<Say>` through a Deepgram-compatible server."""

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from infra.local.cli import speech
from infra.local.cli.errors import SpeechUnavailable
from infra.local.vendors.twilio.model import Number, new_sid
from infra.local.vendors.twilio.server import Options, application
from tests.fixtures.carrier import ACCOUNT, PRACTICE, ApplicationUnderTest, BareTelephone
from tests.fixtures.deepgram_server import DeepgramServer

pytestmark = pytest.mark.integration


async def test_a_text_becomes_an_utterance(instant_deepgram: DeepgramServer) -> None:
    clip = await speech.speak(instant_deepgram.origin, "When do you open on Monday?")

    assert clip.name == "When do you open on Monday?"
    assert clip.seconds > 0.3
    assert clip.last_speech > clip.first_speech


async def test_without_a_voice_it_says_so(unused_tcp_port: int) -> None:
    with pytest.raises(SpeechUnavailable, match="no voice"):
        await speech.speak(f"http://127.0.0.1:{unused_tcp_port}", "Hello")


@pytest.mark.parametrize("reachable", [True, False])
async def test_the_carrier_says_texts_with_its_speech_server_or_a_tone(
    instant_deepgram: DeepgramServer,
    app: ApplicationUnderTest,
    unused_tcp_port: int,
    *,
    reachable: bool,
) -> None:
    url = instant_deepgram.ws_origin if reachable else f"ws://127.0.0.1:{unused_tcp_port}"
    app.twiml("/voice", "<Say>Please hold the line</Say>")
    number = Number(
        sid=new_sid("PN"), phone_number=PRACTICE, friendly_name="", voice_url=f"{app.url}/voice"
    )
    options = Options(account=ACCOUNT, numbers=[number], speak_url=url, speak_key="k")
    async with (
        TestServer(application(options), host="127.0.0.1") as server,
        aiohttp.ClientSession() as http,
        http.ws_connect(server.make_url("/phone")) as socket,
    ):
        telephone = BareTelephone(socket)
        call = await telephone.dial()
        await telephone.event("answered")
        await telephone.event("ended")
        async with http.get(server.make_url("/journal"), params={"call": call}) as response:
            events = [entry["event"] for entry in await response.json()]
        await telephone.close()

    assert len(telephone.frames) > 15
    assert ("say.failed" in events) is not reachable
