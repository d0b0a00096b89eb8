"""The Airflow plugin: the page "Readout" in the navigation, and the check before each run."""

from __future__ import annotations

from typing import Any

from airflow.plugins_manager import AirflowPlugin

from ops import preflight
from ops.preload import preload

PREFIX = "/readout"


class ReadoutPlugin(AirflowPlugin):  # type: ignore[misc]  # airflow's classes are untyped here
    """Found by the entry point `airflow.plugins`, so that an installed package is enough."""

    name = "readout"
    listeners = [preflight]  # noqa: RUF012  # as Airflow declares it
    external_views = [  # noqa: RUF012
        {
            "name": "Readout",
            "href": f"{PREFIX}/",
            "destination": "nav",
            "url_route": "readout",
            "icon": f"{PREFIX}/icon.svg",
            "icon_dark_mode": f"{PREFIX}/icon-dark.svg",
            "nav_top_level": True,
        }
    ]

    @classmethod
    def on_load(cls, *_: Any, **__: Any) -> None:
        """Prepare the process, where its environment asks for it."""
        preload()

    @property
    def fastapi_apps(self) -> list[dict[str, Any]]:
        """The app of the page; made when the API server asks for it, since every task loads this module, too."""
        from ops.page_app import make_app

        return [{"name": "readout", "app": make_app(), "url_prefix": PREFIX}]
