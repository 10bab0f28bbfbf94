"""REST: recordings of calls and their audio."""

from aiohttp import web

from infra.local.vendors.twilio import fields, rest
from infra.local.vendors.twilio.errors import ApiError, CallError
from infra.local.vendors.twilio.faulting import STATUS
from infra.local.vendors.twilio.model import API_VERSION, CallStatus, new_sid, rfc2822
from infra.local.vendors.twilio.recordings import Recording, RecordingStatus
from infra.local.vendors.twilio.session import Session
from infra.local.vendors.twilio.switchboard import Switchboard

CREATE = frozenset(
    {
        "RecordingChannels",
        "RecordingTrack",
        "Trim",
        "RecordingStatusCallback",
        "RecordingStatusCallbackMethod",
        "RecordingStatusCallbackEvent",
    }
)


class Recordings:
    """Routes of /Recordings and /Calls/{CA}/Recordings."""

    def __init__(self, switchboard: Switchboard) -> None:
        self._switchboard = switchboard
        self._exchange = switchboard.exchange

    def routes(self) -> list[web.RouteDef]:
        base = f"{rest.BASE}/{{account}}"
        of_call, alone = f"{base}/Calls/{{call}}/Recordings", f"{base}/Recordings"
        return [
            web.post(f"{of_call}.json", self._create),
            web.get(f"{of_call}.json", self._list),
            web.get(f"{of_call}/{{recording}}.json", self._fetch),
            web.post(f"{of_call}/{{recording}}.json", self._update),
            web.delete(f"{of_call}/{{recording}}.json", self._delete),
            web.get(f"{alone}.json", self._list),
            web.get(f"{alone}/{{recording}}.json", self._fetch),
            web.get(f"{alone}/{{recording}}.wav", self._audio),
            web.get(f"{alone}/{{recording}}", self._audio),
            web.delete(f"{alone}/{{recording}}.json", self._delete),
        ]

    async def _create(self, request: web.Request) -> web.Response:
        form = await rest.Form.of(request, allowed=CREATE)
        call = self._exchange.calls.get(request.match_info["call"])
        if call is None:
            raise rest.not_found(request)
        session = self._switchboard.session(call)
        if session is None or call.status is not CallStatus.IN_PROGRESS:
            raise ApiError(21220)
        channels = form.text("RecordingChannels", "mono")
        if channels not in {"mono", "dual"}:
            raise ApiError(20001, "RecordingChannels")
        recording = Recording(
            sid=new_sid("RE"),
            call_sid=call.sid,
            account_sid=call.account_sid,
            channels=2 if channels == "dual" else 1,
            callback=form.target("RecordingStatusCallback", "RecordingStatusCallbackMethod"),
        )
        recording.attach(session.line)
        self._exchange.recordings[recording.sid] = recording
        self._exchange.tasks.start(self._announce(session, recording))
        return web.json_response(_as_json(recording), status=201)

    async def _announce(self, session: Session, recording: Recording) -> None:
        """The recording's own callback, after the call."""
        await session.over.wait()
        if recording.callback is None or recording.sid not in self._exchange.recordings:
            return
        about = fields.of_call(session.call) | {
            "RecordingSid": recording.sid,
            "RecordingStatus": recording.status.value,
            "RecordingDuration": str(recording.duration),
            "RecordingChannels": str(recording.channels),
            "RecordingSource": recording.source,
        }
        try:
            await self._exchange.webhooks.send(
                recording.callback, about, call=session.call, route=STATUS
            )
        except CallError as exc:
            self._exchange.record(session.call, "status.failed", code=exc.code)

    async def _list(self, request: web.Request) -> web.Response:
        wanted = request.match_info.get("call", request.query.get("CallSid"))
        records = [
            _as_json(recording)
            for recording in reversed(self._exchange.recordings.values())
            if wanted in {None, recording.call_sid}
        ]
        return rest.page(request, "recordings", records=records)

    async def _fetch(self, request: web.Request) -> web.Response:
        return web.json_response(_as_json(self._recording(request)))

    async def _update(self, request: web.Request) -> web.Response:
        recording = self._recording(request)
        form = await rest.Form.of(request, allowed=frozenset({"Status"}))
        if form.text("Status") != "stopped":
            raise ApiError(20001, "Status")
        if recording.status is RecordingStatus.COMPLETED:
            raise ApiError(21220)
        recording.stop()
        return web.json_response(_as_json(recording))

    async def _delete(self, request: web.Request) -> web.Response:
        recording = self._recording(request)
        recording.stop()
        del self._exchange.recordings[recording.sid]
        return web.Response(status=204)

    async def _audio(self, request: web.Request) -> web.Response:
        """The WAV, once the recording is completed; Twilio answers 404 before."""
        recording = self._recording(request)
        if recording.status is not RecordingStatus.COMPLETED:
            raise rest.not_found(request)
        return web.Response(body=recording.wav(), content_type="audio/x-wav")

    def _recording(self, request: web.Request) -> Recording:
        recording = self._exchange.recordings.get(request.match_info["recording"])
        if recording is None or request.match_info.get("call", recording.call_sid) != (
            recording.call_sid
        ):
            raise rest.not_found(request)
        return recording


def _as_json(recording: Recording) -> dict[str, object]:
    """The Recording resource."""
    base = f"/{API_VERSION}/Accounts/{recording.account_sid}"
    done = recording.status is RecordingStatus.COMPLETED
    return {
        "sid": recording.sid,
        "account_sid": recording.account_sid,
        "call_sid": recording.call_sid,
        "conference_sid": None,
        "api_version": API_VERSION,
        "status": recording.status.value,
        "channels": recording.channels,
        "source": recording.source,
        "track": "both",
        "duration": str(recording.duration) if done else None,
        "start_time": rfc2822(recording.created),
        "date_created": rfc2822(recording.created),
        "date_updated": rfc2822(recording.created),
        "price": None,
        "price_unit": "USD",
        "encryption_details": None,
        "error_code": None,
        "uri": f"{base}/Calls/{recording.call_sid}/Recordings/{recording.sid}.json",
        "subresource_uris": {},
        "media_url": f"{base}/Recordings/{recording.sid}",
    }
