"""Pages for a link that leads nowhere, or no longer does."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from simulator.pages.rendering import page


class PageProblem(Exception):
    """Nothing can be shown here; `heading` and `text` say why and what to do."""

    def __init__(
        self, status: int, heading: str, text: str, *, account_name: str = "Carom"
    ) -> None:
        super().__init__(heading)
        self.status = status
        self.heading = heading
        self.text = text
        self.account_name = account_name


def nothing_here(what: str) -> PageProblem:
    return PageProblem(
        404,
        "Page not found",
        f"No {what} has this address. It may belong to an account that was reset since:"
        " go back to the application and start again.",
    )


def add_problem_pages(app: FastAPI) -> None:
    app.add_exception_handler(PageProblem, _problem_page)


async def _problem_page(_: Request, problem: Exception) -> HTMLResponse:
    assert isinstance(problem, PageProblem)
    return page(
        "problem.html",
        status=problem.status,
        account_name=problem.account_name,
        heading=problem.heading,
        text=problem.text,
    )
