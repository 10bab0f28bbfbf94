"""What clients are given and make of it: agents with their parts, functions, calendar, exports."""

from functools import cached_property
from typing import TYPE_CHECKING

from aiconnected.wiring.foundations import Foundations

if TYPE_CHECKING:
    from aiconnected.agents.authoring import AgentAuthoring
    from aiconnected.agents.calendar import CalendarService
    from aiconnected.agents.part_service import PartService
    from aiconnected.agents.service import AgentService
    from aiconnected.agents.views import Greeting, Personality, Prompt, Voice
    from aiconnected.exports.job import ExportJob
    from aiconnected.exports.service import ExportService
    from aiconnected.functions.reading import FunctionReader
    from aiconnected.functions.service import FunctionService
    from aiconnected.tenants.purge import TenantPurge


class Making(Foundations):
    """Part of one set, see `CoreServices`."""

    @cached_property
    def agents(self) -> "AgentService":
        """Agents and what they answer with."""
        from aiconnected.agents.repository import AgentRepository
        from aiconnected.agents.service import AgentService

        return AgentService(
            AgentRepository(),
            tenants=self.tenants,
            audit=self.audit,
            clock=self.clock,
            functions=self.function_reader,
        )

    @cached_property
    def agent_authoring(self) -> "AgentAuthoring":
        """Agents as people make them."""
        from aiconnected.agents.authoring import AgentAuthoring
        from aiconnected.agents.editing import EditingRepository
        from aiconnected.agents.repository import AgentRepository

        return AgentAuthoring(
            EditingRepository(),
            rows=AgentRepository(),
            publishing=self.agents,
            functions=self.function_reader,
            audit=self.audit,
            clock=self.clock,
        )

    @cached_property
    def prompts(self) -> "PartService[Prompt]":
        """Prompt templates."""
        from aiconnected.agents.part_service import PartService, check_prompt
        from aiconnected.agents.parts import PROMPT

        return PartService(
            PROMPT, check=check_prompt, tenants=self.tenants, audit=self.audit, clock=self.clock
        )

    @cached_property
    def voices(self) -> "PartService[Voice]":
        """Voices."""
        from aiconnected.agents.part_service import PartService, check_voice
        from aiconnected.agents.parts import VOICE

        return PartService(
            VOICE, check=check_voice, tenants=self.tenants, audit=self.audit, clock=self.clock
        )

    @cached_property
    def personalities(self) -> "PartService[Personality]":
        """Who agents are."""
        from aiconnected.agents.part_service import PartService, check_personality
        from aiconnected.agents.parts import PERSONALITY

        return PartService(
            PERSONALITY,
            check=check_personality,
            tenants=self.tenants,
            audit=self.audit,
            clock=self.clock,
        )

    @cached_property
    def greetings(self) -> "PartService[Greeting]":
        """Lines known by heart."""
        from aiconnected.agents.part_service import PartService, check_greeting
        from aiconnected.agents.parts import GREETING

        return PartService(
            GREETING,
            check=check_greeting,
            tenants=self.tenants,
            audit=self.audit,
            clock=self.clock,
        )

    @cached_property
    def calendar(self) -> "CalendarService":
        """Weeks and holidays."""
        from aiconnected.agents.calendar import CalendarService
        from aiconnected.agents.holidays import HolidayRepository
        from aiconnected.agents.repository import AgentRepository

        return CalendarService(
            AgentRepository(),
            holidays=HolidayRepository(),
            tenants=self.tenants,
            audit=self.audit,
        )

    @cached_property
    def function_reader(self) -> "FunctionReader":
        """Custom functions as agents are made of them, and what was called."""
        from aiconnected.functions.reading import FunctionReader

        return FunctionReader()

    @cached_property
    def functions(self) -> "FunctionService":
        """Custom functions."""
        from aiconnected.functions.repository import FunctionRepository
        from aiconnected.functions.service import FunctionService

        return FunctionService(
            FunctionRepository(), sealer=self.sealer, audit=self.audit, clock=self.clock
        )

    @cached_property
    def exports(self) -> "ExportService":
        """All that is kept of a client, as one file."""
        from aiconnected.exports.repository import ExportRepository
        from aiconnected.exports.service import ExportService

        return ExportService(
            ExportRepository(),
            tenants=self.tenants,
            objects=self.objects,
            audit=self.audit,
            clock=self.clock,
        )

    @cached_property
    def export_job(self) -> "ExportJob":
        """Writing what was asked for, and forgetting it when its time is over."""
        from aiconnected.exports.job import ExportJob
        from aiconnected.exports.repository import ExportRepository

        return ExportJob(
            ExportRepository(),
            database=self.database,
            objects=self.objects,
            bucket=self._core.recordings_bucket,
            clock=self.clock,
        )

    @cached_property
    def purge(self) -> "TenantPurge":
        """The end of deleted clients."""
        from aiconnected.tenants.purge import TenantPurge
        from aiconnected.tenants.remains import RemainsRepository

        return TenantPurge(
            RemainsRepository(),
            database=self.database,
            objects=self.objects,
            audit=self.audit,
            clock=self.clock,
        )
