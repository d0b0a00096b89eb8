"""The page "Readout" as an app inside Airflow's API server, behind Airflow's own authorisation."""

from __future__ import annotations

import secrets
from typing import Annotated, Any

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.core_api.security import get_user
from fastapi import Depends, FastAPI, HTTPException, Response, status
from fastapi.responses import HTMLResponse

from ops.page import read_page, render_page

RESOURCE = "Readout"
"""The name by which an auth manager knows this page, for those that give permissions page by page."""
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="{}" stroke-width="2" '
    'stroke-linecap="round" stroke-linejoin="round"><path d="M5 3h11l4 4v14H5z"/><path d="M9 9h5M9 13h7M9 17h4"/></svg>'
)


def make_app() -> FastAPI:
    """Return the app; every address of it asks Airflow's auth manager first: 401 without a session, 403 without the right."""
    app = FastAPI(title="Readout", docs_url=None, redoc_url=None, openapi_url=None, dependencies=[Depends(_allow)])
    app.add_api_route("/", _page, methods=["GET"], response_class=HTMLResponse)
    app.add_api_route("/icon.svg", lambda: _icon("#3f3f46"), methods=["GET"])
    app.add_api_route("/icon-dark.svg", lambda: _icon("#e4e4e7"), methods=["GET"])
    return app


async def _allow(user: Annotated[Any, Depends(get_user)]) -> None:
    allowed = get_auth_manager().is_authorized_custom_view(method="GET", resource_name=RESOURCE, user=user)
    if not allowed:
        raise HTTPException(status.HTTP_403_FORBIDDEN, "Forbidden")


def _page() -> HTMLResponse:
    nonce = secrets.token_urlsafe(16)
    rules = ("default-src 'none'", f"style-src 'nonce-{nonce}'", "base-uri 'none'", "frame-ancestors 'self'")
    headers = {
        "Content-Security-Policy": "; ".join(rules),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return HTMLResponse(render_page(read_page(), nonce), headers=headers)


def _icon(colour: str) -> Response:
    return Response(ICON.format(colour), media_type="image/svg+xml", headers={"Cache-Control": "max-age=3600"})
