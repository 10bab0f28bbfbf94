"""The API's description, for programs and for people; nothing of it comes from elsewhere."""

import re
from functools import cache
from pathlib import Path

from aws_lambda_powertools.event_handler import Response

from chalicelib.routing import Access, Routes

routes = Routes("docs")
OPENAPI = Path(__file__).parents[1] / "openapi.json"  # written by `python -m chalicelib.openapi`


@routes.get("/openapi.json", access=Access.PUBLIC, summary="OpenAPI document", listed=False)
def openapi() -> Response[str]:
    return Response(status_code=200, content_type="application/json", body=_document())


@routes.get("/docs", access=Access.PUBLIC, summary="The API, browsable", listed=False)
def docs() -> Response[str]:
    return Response(status_code=200, content_type="text/html; charset=utf-8", body=_page())


@cache
def _document() -> str:
    return OPENAPI.read_text(encoding="utf-8")


@cache
def _page() -> str:
    """Swagger UI as Powertools ships it, inlined: no CDN is asked."""
    from aws_lambda_powertools.event_handler.openapi import swagger_ui  # noqa: PLC0415

    folder = Path(swagger_ui.__file__).parent
    page = swagger_ui.generate_swagger_html(
        # What a description may say must not end the script that holds it.
        spec=_document().replace("</", "<\\/"),
        swagger_js=(folder / "swagger-ui-bundle.min.js").read_text(encoding="utf-8"),
        swagger_css=(folder / "swagger-ui.min.css").read_text(encoding="utf-8"),
        swagger_base_url="",
        oauth2_config=None,
    )
    return re.sub("<title>.*?</title>", "<title>Voice API</title>", page, count=1)
