"""Voices and personalities: how agents sound, and who they are (PRD 9.1, 9.2)."""

from uuid import UUID

from aws_lambda_powertools.event_handler import Request, Response

from aiconnected.agents.models import NewPersonality, NewVoice
from aiconnected.agents.views import PERSONALITIES, VOICES
from aiconnected.auth.permissions import Permission
from chalicelib.clients import list_scope, making_scope, owner
from chalicelib.routing import Routes, asked, expected, list_query, tag
from chalicelib.schemas.envelopes import Answer, Listing, page_meta
from chalicelib.schemas.parts import (
    PersonalityChanged,
    PersonalityGiven,
    PersonalityShown,
    VoiceChanged,
    VoiceGiven,
    VoiceShown,
)

routes = Routes("voices and personalities")
_VOICES = "/api/v1/voice-configurations"
_VOICE = _VOICES + "/{voice_id}"
_PERSONALITIES = "/api/v1/agent-personalities"
_PERSONALITY = _PERSONALITIES + "/{personality_id}"


@routes.get(_VOICES, access=Permission.AGENTS_VIEW, summary="List voices", lists=VOICES)
def list_voices(request: Request) -> Listing[VoiceShown]:
    services, _ = asked(request)
    wanted = list_query(request, VOICES)
    with services.database.work(list_scope(request, wanted, reason="list voices")) as work:
        page = services.voices.page(work, wanted)
    return Listing(
        data=[VoiceShown.model_validate(voice) for voice in page.items],
        meta=page_meta(page, wanted),
    )


@routes.post(_VOICES, access=Permission.AGENTS_EDIT, summary="Add a voice", status=201)
def add_voice(body: VoiceGiven, request: Request) -> Answer[VoiceShown]:
    services, _ = asked(request)
    scope, tenant_id = making_scope(request, body.tenant_id, reason="add voice")
    new = NewVoice(**body.model_dump(exclude={"tenant_id"}))
    with services.database.work(scope) as work:
        whose = owner(request, work, tenant_id=tenant_id)
        voice = services.voices.add(
            work,
            whose,
            insert=lambda: services.agents.add_voice(work, whose, new=new),
            is_default=body.is_default,
        )
    tag(request, voice)
    return Answer(data=VoiceShown.model_validate(voice))


@routes.get(_VOICE, access=Permission.AGENTS_VIEW, summary="Get a voice")
def get_voice(voice_id: UUID, request: Request) -> Answer[VoiceShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show voice")) as work:
        voice = services.voices.get(work, voice_id)
    tag(request, voice)
    return Answer(data=VoiceShown.model_validate(voice))


@routes.patch(_VOICE, access=Permission.AGENTS_EDIT, summary="Change a voice")
def change_voice(voice_id: UUID, body: VoiceChanged, request: Request) -> Answer[VoiceShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="change voice")) as work:
        voice = services.voices.change(
            work, voice_id, changes=body.changes(), expected=expected(request)
        )
    tag(request, voice)
    return Answer(data=VoiceShown.model_validate(voice))


@routes.delete(_VOICE, access=Permission.AGENTS_DELETE, summary="Delete a voice")
def delete_voice(voice_id: UUID, request: Request) -> Response[None]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="delete voice")) as work:
        services.voices.delete(work, voice_id, expected=expected(request))
    return Response(status_code=204)


@routes.get(
    _PERSONALITIES, access=Permission.AGENTS_VIEW, summary="List personalities", lists=PERSONALITIES
)
def list_personalities(request: Request) -> Listing[PersonalityShown]:
    services, _ = asked(request)
    wanted = list_query(request, PERSONALITIES)
    with services.database.work(list_scope(request, wanted, reason="list personalities")) as work:
        page = services.personalities.page(work, wanted)
    return Listing(
        data=[PersonalityShown.model_validate(personality) for personality in page.items],
        meta=page_meta(page, wanted),
    )


@routes.post(_PERSONALITIES, access=Permission.AGENTS_EDIT, summary="Add a personality", status=201)
def add_personality(body: PersonalityGiven, request: Request) -> Answer[PersonalityShown]:
    services, _ = asked(request)
    scope, tenant_id = making_scope(request, body.tenant_id, reason="add personality")
    new = NewPersonality(**body.model_dump(exclude={"tenant_id"}))
    with services.database.work(scope) as work:
        whose = owner(request, work, tenant_id=tenant_id)
        personality = services.personalities.add(
            work,
            whose,
            insert=lambda: services.agents.add_personality(work, whose, new=new),
            is_default=body.is_default,
        )
    tag(request, personality)
    return Answer(data=PersonalityShown.model_validate(personality))


@routes.get(_PERSONALITY, access=Permission.AGENTS_VIEW, summary="Get a personality")
def get_personality(personality_id: UUID, request: Request) -> Answer[PersonalityShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show personality")) as work:
        personality = services.personalities.get(work, personality_id)
    tag(request, personality)
    return Answer(data=PersonalityShown.model_validate(personality))


@routes.patch(_PERSONALITY, access=Permission.AGENTS_EDIT, summary="Change a personality")
def change_personality(
    personality_id: UUID, body: PersonalityChanged, request: Request
) -> Answer[PersonalityShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="change personality")) as work:
        personality = services.personalities.change(
            work, personality_id, changes=body.changes(), expected=expected(request)
        )
    tag(request, personality)
    return Answer(data=PersonalityShown.model_validate(personality))


@routes.delete(_PERSONALITY, access=Permission.AGENTS_DELETE, summary="Delete a personality")
def delete_personality(personality_id: UUID, request: Request) -> Response[None]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="delete personality")) as work:
        services.personalities.delete(work, personality_id, expected=expected(request))
    return Response(status_code=204)
