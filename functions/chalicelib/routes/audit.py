"""The audit log: read by those whom it concerns, and taken away as a file."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import cast
from uuid import UUID

from aws_lambda_powertools.event_handler import Request, Response

from aiconnected.audit.models import AUDIT_LOG, Change, Entry
from aiconnected.auth.permissions import Permission
from chalicelib.routing import Routes, asked, list_query
from chalicelib.schemas.audit import EntryShown
from chalicelib.schemas.envelopes import Answer, Listing, page_meta

routes = Routes("audit log")
_ALL = "/api/v1/audit-log"
_CELL_STARTS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for a formula


@routes.get(_ALL, access=Permission.AUDIT_VIEW, summary="List entries", lists=AUDIT_LOG)
def list_entries(request: Request) -> Listing[EntryShown]:
    services, principal = asked(request)
    wanted = list_query(request, AUDIT_LOG)
    with services.database.work(principal.scope(reason="list audit log")) as work:
        page = services.audit.page(work, wanted)
    return Listing(
        data=[EntryShown.model_validate(entry) for entry in page.items],
        meta=page_meta(page, wanted),
    )


@routes.get(_ALL + "/{entry_id}", access=Permission.AUDIT_VIEW, summary="Get an entry")
def get_entry(entry_id: UUID, request: Request) -> Answer[EntryShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show audit entry")) as work:
        entry = services.audit.get(work, entry_id)
    return Answer(data=EntryShown.model_validate(entry))


@routes.get(
    "/api/v1/audit-log.csv",
    access=Permission.AUDIT_EXPORT,
    summary="The entries asked for as CSV, 10,000 at most",
    lists=AUDIT_LOG,
)
def export_csv(request: Request) -> Response[str]:
    return Response(
        status_code=200,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="audit-log.csv"'},
        body=_csv(_exported(request)),
    )


@routes.get(
    "/api/v1/audit-log.jsonl",
    access=Permission.AUDIT_EXPORT,
    summary="The entries asked for as lines of JSON, 10,000 at most",
    lists=AUDIT_LOG,
)
def export_lines(request: Request) -> Response[str]:
    shown = (EntryShown.model_validate(entry).model_dump_json() for entry in _exported(request))
    return Response(
        status_code=200,
        content_type="application/jsonl",
        headers={"Content-Disposition": 'attachment; filename="audit-log.jsonl"'},
        body="".join(line + "\n" for line in shown),
    )


def _exported(request: Request) -> Sequence[Entry]:
    """The entries, and one more in the log that says who took them away."""
    services, principal = asked(request)
    wanted = list_query(request, AUDIT_LOG)
    with services.database.work(principal.scope(reason="export audit log")) as work:
        entries = tuple(services.audit.export(work, wanted))
        change = Change(
            action="audit_log.exported",
            resource_type="audit_log",
            changes={"entries": (None, len(entries))},
        )
        services.audit.record(work, change)
    return entries


def _csv(entries: Iterable[Entry]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(EntryShown.model_fields))
    writer.writeheader()
    for entry in entries:
        shown = cast("dict[str, object]", EntryShown.model_validate(entry).model_dump(mode="json"))
        writer.writerow({name: _cell(value) for name, value in shown.items()})
    return text.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = json.dumps(value) if isinstance(value, Mapping) else str(value)
    return f"'{text}" if text.startswith(_CELL_STARTS) else text
