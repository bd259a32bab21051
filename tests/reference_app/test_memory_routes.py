"""A test bench that knows the token can put the app back; to anybody else there is nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from reference_app.settings import Settings
from reference_app.web import create_app

ORIGIN = "http://app.test"
TOKEN = {"Authorization": "Bearer open sesame"}


def app(folder: Path, token: str | None) -> TestClient:
    settings = Settings(
        stripe_api_key="sk_test_x",
        stripe_webhook_secret="whsec_x",
        session_secret="x",
        app_url=ORIGIN,
        database_url=f"sqlite:///{folder}/app.db",
        memory_token=token,
    )
    return TestClient(create_app(settings), base_url=ORIGIN)


def sign_up(browser: TestClient) -> int:
    form = {"email": "ada@app.test", "password": "correct horse", "organisation": "Ada Ltd"}
    return browser.post("/signup", data=form, follow_redirects=False).status_code


def test_the_app_is_put_back(tmp_path: Path) -> None:
    with app(tmp_path, "open sesame") as browser:
        before = browser.get("/memory", headers=TOKEN)
        assert before.status_code == 200
        assert sign_up(browser) == 303
        assert sign_up(browser) == 409
        put_back = browser.put("/memory", headers=TOKEN, content=before.content)
        assert put_back.status_code == 204
        assert sign_up(browser) == 303


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x"}])
def test_without_the_token_there_is_nothing(tmp_path: Path, headers: dict[str, str]) -> None:
    with app(tmp_path, "open sesame") as browser:
        assert browser.get("/memory", headers=headers).status_code == 404
        assert browser.put("/memory", headers=headers, content=b"").status_code == 404


def test_without_the_variable_nobody_can_ask(tmp_path: Path) -> None:
    with app(tmp_path, None) as browser:
        assert browser.get("/memory", headers={"Authorization": "Bearer None"}).status_code == 404
