"""A small, correct multi-tenant billing app: the example to copy.

Three rooms: `accounts` (who is asking), `billing` (the only place that imports `stripe`) and `web`
(pages and HTTP). The rule that everything else follows from: the webhook handler is the only writer
of `plan_entitlements`; every other part of the app reads it.
"""
