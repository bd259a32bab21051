"""`carom record` keeps no secret, and lets no live key through."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from harness.fidelity.proxy import Recorder, proxy
from harness.fidelity.scrubbing import Scrubber
from simulator import Running

NOWHERE = "http://127.0.0.1:9"


def test_the_application_gets_stripes_own_answer(recorded: Any) -> None:
    answer = recorded.call("POST", "/v1/customers", email="ada@example.org")
    assert answer.json()["email"] == "ada@example.org"
    assert answer.headers["request-id"].startswith("req_")
    assert answer.headers["stripe-version"] == "2026-10-28.endive"
    (interaction,) = recorded.recording().interactions
    assert interaction.params == (("email", "ada@example.org"),)
    assert interaction.response == answer.json()


def test_keys_and_secrets_do_not_reach_the_file(recorded: Any) -> None:
    secret = recorded.post(
        "/v1/webhook_endpoints", url="https://app.test/hook", enabled_events=["*"]
    )["secret"]
    intent = recorded.post("/v1/setup_intents")["client_secret"]
    recorded.call("GET", "/v1/customers", headers={"Authorization": "Bearer my_broken_key"})
    text = recorded.text()
    assert "sk_test_" not in text
    assert "broken" not in text
    assert secret not in text
    assert intent not in text
    assert intent.partition("_secret_")[0] in text


def test_urls_are_hidden_but_for_the_path_of_documentation() -> None:
    body = {
        "url": "https://billing.stripe.com/p/session/live_or_not",
        "doc_url": "https://stripe.com/docs/error-codes/card-declined",
        "message": "Read https://docs.stripe.com/currencies#minimum. Or (http://127.0.0.1:3/a).",
        "list": [{"url": "/v1/customers"}],
    }
    assert Scrubber().body(body) == {
        "url": "<url>",
        "doc_url": "<url>/docs/error-codes/card-declined",
        "message": "Read <url>/currencies. Or (<url>).",
        "list": [{"url": "/v1/customers"}],
    }


def test_emails_are_hidden_on_demand_and_stay_the_same_person() -> None:
    hiding = Scrubber(hides_emails=True)
    ((_, told),) = hiding.params((("email", "ada@lovelace.org"),))
    assert told == hiding.body({"email": "ada@lovelace.org"})["email"]
    assert "ada" not in told
    assert Scrubber().body("ada@lovelace.org") == "ada@lovelace.org"


def live_headers() -> list[dict[str, str]]:
    basic = base64.b64encode(b"sk_live_abc:").decode()
    return [
        {"Authorization": "Bearer sk_live_abc"},
        {"Authorization": "Bearer rk_live_abc"},
        {"Authorization": f"Basic {basic}"},
    ]


@pytest.mark.parametrize("headers", live_headers())
def test_a_live_key_is_refused_and_nothing_is_sent(
    call_application: Any, tmp_path: Path, headers: dict[str, str]
) -> None:
    recorder = Recorder(tmp_path, "x", Scrubber())
    with call_application(proxy(NOWHERE, recorder)) as client:
        answer = client.request("GET", "/v1/customers", headers=headers)
    assert answer.status_code == 403
    assert "live key" in answer.json()["error"]["message"]
    assert list(tmp_path.iterdir()) == []


def test_other_paths_and_an_absent_upstream_are_told(call_application: Any, tmp_path: Path) -> None:
    with call_application(proxy(NOWHERE, Recorder(tmp_path, "x", Scrubber()))) as client:
        assert client.request("GET", "/v2/core/events").status_code == 404
        assert client.request("PUT", "/v1/customers").status_code == 404
        absent = client.request("GET", "/v1/customers")
    assert absent.status_code == 502
    assert NOWHERE in absent.json()["error"]["message"]
    assert list(tmp_path.iterdir()) == []


def test_the_file_grows_with_every_answer(recorded: Any, stripe_in_real_time: Running) -> None:
    assert stripe_in_real_time.url
    for number in range(1, 4):
        recorded.post("/v1/customers")
        assert len(recorded.recording().interactions) == number
