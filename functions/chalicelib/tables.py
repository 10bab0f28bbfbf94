"""Answers that are files: tables and texts that a browser saves."""

from dataclasses import replace

from aws_lambda_powertools.event_handler import Response

from aiconnected.kit.listing import ListQuery

EXPORTED = 10_000  # rows of one file: below the 6 MB that a function may answer


def for_export(wanted: ListQuery) -> ListQuery:
    """The same list, as much of it as one file holds."""
    return replace(wanted, limit=EXPORTED)


def attached(text: str, *, name: str, content_type: str) -> Response[str]:
    """`text` as a file called `name`."""
    return Response(
        status_code=200,
        content_type=content_type,
        body=text,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
