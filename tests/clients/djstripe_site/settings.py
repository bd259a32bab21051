"""The least that dj-stripe asks of a Django project; address, key and database come from outside.

`STRIPE_API_HOST` is dj-stripe's own setting, and sets `stripe.api_base`. Its calls of Stripe's v2
go through a `stripe.StripeClient`, which does not look there: hence the second name.
"""

from __future__ import annotations

import os

import stripe._stripe_client as sdk

STRIPE_API_HOST = sdk.DEFAULT_API_BASE = os.environ["CAROM_URL"]
STRIPE_TEST_SECRET_KEY = os.environ["CAROM_KEY"]
STRIPE_LIVE_MODE = False
DJSTRIPE_FOREIGN_KEY_TO_FIELD = "id"

SECRET_KEY = "for tests alone"
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "djstripe"]
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["SITE_DATABASE"]}
}
MIGRATION_MODULES = {"djstripe": None}  # its tables as they are now, without their history
ROOT_URLCONF = "urls"
USE_TZ = True
SILENCED_SYSTEM_CHECKS = ["djstripe.W002"]  # that STRIPE_API_HOST is set
