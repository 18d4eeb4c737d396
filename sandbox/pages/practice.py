"""The practice's own pages: its book, its plans, its tasks, its ledger, its patients."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape

from sandbox.opendental import staff
from sandbox.opendental.office import Office, office_by_number, offices
from sandbox.pages import views
from sandbox.state import SandboxState

HERE = Path(__file__).parent
PER_PAGE = 60


def practice_router(state: SandboxState) -> APIRouter:
    """/ and /practice/..."""
    routes = APIRouter()
    templates = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=select_autoescape())
    templates.filters["money"] = views.money
    templates.filters["clock"] = views.clock

    def page(name: str, office: Office | None = None, **values: Any) -> HTMLResponse:
        shared = {"offices": offices(state.store), "office": office, "now": state.clock.now(), "view": name}
        return HTMLResponse(templates.get_template(f"{name}.html").render(**shared, **values))

    def at_office(number: int) -> Office:
        try:
            return office_by_number(state.store, number)
        except KeyError as error:
            raise HTTPException(404, f"there is no office {number}") from error

    @routes.get("/practice/style.css")
    async def style() -> FileResponse:
        return FileResponse(HERE / "style.css", media_type="text/css")

    @routes.get("/")
    async def home() -> HTMLResponse:
        return page("home", rows=views.overview(state))

    @routes.get("/practice/{number}/schedule")
    async def schedule(number: int, day: date | None = None) -> HTMLResponse:
        office = at_office(number)
        shown = day or date.fromisoformat(office.local_text(state.clock.now())[:10])
        near = {"before": shown - timedelta(days=1), "after": shown + timedelta(days=1)}
        return page("schedule", office, day=shown, book=views.book(state, office, shown), **near)

    @routes.get("/practice/{number}/plans")
    async def plans(number: int, only: str = "waiting", start: int = 0) -> HTMLResponse:
        office = at_office(number)
        rows = views.plans(state, office, only)
        shown = rows[start : start + PER_PAGE]
        return page("plans", office, rows=shown, only=only, start=start, total=len(rows), step=PER_PAGE)

    @routes.post("/practice/{number}/plans/{plan}/sign")
    async def sign(number: int, plan: int) -> RedirectResponse:
        try:
            staff.accept(state, [plan])
        except staff.NothingFound as error:
            raise HTTPException(404, str(error)) from error
        state.ticker.nudge()
        return RedirectResponse(f"/practice/{number}/plans?only=signed", 303)

    @routes.get("/practice/{number}/tasks")
    async def tasks(number: int) -> HTMLResponse:
        office = at_office(number)
        return page("tasks", office, lists=views.tasks(state, office))

    @routes.post("/practice/{number}/tasks/{task}/done")
    async def done(number: int, task: int) -> RedirectResponse:
        try:
            staff.finish_task(state, task)
        except staff.NothingFound as error:
            raise HTTPException(404, str(error)) from error
        return RedirectResponse(f"/practice/{number}/tasks", 303)

    @routes.get("/practice/{number}/ledger")
    async def ledger(number: int) -> HTMLResponse:
        office = at_office(number)
        return page("ledger", office, rows=views.ledger(state, office))

    @routes.get("/practice/{number}/patients")
    async def patients(number: int, q: str = "") -> HTMLResponse:
        office = at_office(number)
        rows = views.patients(state, office, q)
        return page("patients", office, rows=rows[:PER_PAGE], q=q, total=len(rows))

    @routes.get("/practice/{number}/patients/{patient}")
    async def patient(number: int, patient: int) -> HTMLResponse:
        office = at_office(number)
        found = views.patient(state, office, patient)
        if found is None:
            raise HTTPException(404, f"there is no patient {patient} at {office.name}")
        return page("patient", office, **found)

    return routes
