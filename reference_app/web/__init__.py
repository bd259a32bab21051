"""The app over HTTP: `create_app(settings)` builds it."""

from reference_app.web.app import create_app

__all__ = ["create_app"]
