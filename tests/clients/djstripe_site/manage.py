"""Django's own commands, and three more: `serve`, `adopt` and `rows`."""

from __future__ import annotations

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")


def serve() -> None:
    """Serve on a free port, one request after the other; print the address when ready."""
    from django.core.servers.basehttp import WSGIRequestHandler, WSGIServer
    from django.core.wsgi import get_wsgi_application

    server = WSGIServer(("127.0.0.1", 0), WSGIRequestHandler)
    server.set_app(get_wsgi_application())
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


def adopt() -> None:
    """Know the webhook endpoint that stands on the input as Stripe answered its creation."""
    import stripe
    from djstripe.models import WebhookEndpoint

    made = stripe.WebhookEndpoint.construct_from(json.load(sys.stdin), key=None)
    adopted = WebhookEndpoint.sync_from_stripe_data(made)
    adopted.secret = made["secret"]
    adopted.save()


def rows() -> None:
    """Print what each model holds of Stripe's, by id, which are synced, and how webhooks went."""
    from django.apps import apps
    from djstripe.management.commands.djstripe_sync_models import Command
    from djstripe.models import WebhookEventTrigger

    models = list(apps.get_app_config("djstripe").get_models())
    held = {
        model.__name__: {
            row.pk if model.__name__ == "CountrySpec" else row.id: row.stripe_data
            for row in model.objects.all()
        }
        for model in models
        if hasattr(model, "stripe_data")
    }
    fields = ("event_id", "valid", "processed", "exception", "traceback")
    heard = list(WebhookEventTrigger.objects.values(*fields))
    syncable = [model.__name__ for model in models if Command()._should_sync_model(model)[0]]
    print(json.dumps({"rows": held, "syncable": syncable, "heard": heard}))


if __name__ == "__main__":
    own = {"serve": serve, "adopt": adopt, "rows": rows}.get(sys.argv[1])
    if own is None:
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
    else:
        import django

        django.setup()
        own()
