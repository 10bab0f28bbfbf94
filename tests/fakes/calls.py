"""Readable defaults for a call's configuration."""

from dataclasses import replace

from aiconnected.calls.models import (
    TURN_PRESETS,
    AgentConfig,
    CallConfig,
    Carrier,
    Direction,
    VoiceConfig,
)
from aiconnected.kit.ids import new_id


def call_config(**changes: object) -> CallConfig:
    """An inbound call to Acme Dental; `changes` replace fields of it."""
    agent = AgentConfig(
        agent_id=new_id(),
        version=1,
        name="Ava",
        language="en-US",
        llm_provider="anthropic",
        llm_model="claude-haiku-4-5",
        max_tokens=200,
        stt_provider="deepgram",
        stt_model="nova-3",
        voice=VoiceConfig(provider="deepgram", model="aura-2-thalia-en"),
        turn=TURN_PRESETS["default"],
        system_prompt="You are Ava, the receptionist of Acme Dental.",
        greeting="Thank you for calling Acme Dental. How can I help you?",
        fillers=("One moment, please.",),
        apology="I'm sorry, I'm having trouble right now.",
        handover="Let me connect you with our front desk.",
        farewell="Goodbye.",
        tools=("end_call",),
    )
    config = CallConfig(
        call_id=new_id(),
        agency_id=new_id(),
        tenant_id=new_id(),
        carrier=Carrier.TWILIO,
        external_id="CA1",
        direction=Direction.INBOUND,
        from_number="+14155550123",
        to_number="+12125550142",
        tenant_name="Acme Dental",
        timezone="America/New_York",
        transfer_number="+12125550143",
        agent=agent,
    )
    return replace(config, **changes)
