"""The rule editor: check as one types, try on past cases, save as a version, compare, go back."""

import asyncio
from collections.abc import Mapping

from fastapi import APIRouter, Depends, Response
from fastapi.responses import JSONResponse

from rules.comparing import diff
from rules.errors import RuleError
from rules.loading import content_hash
from web.console import rule_files, trial
from web.console.desk import Desk, desk
from web.console.forms import fields
from web.console.kept import SCRIPT
from web.console.rule_files import FOLDER, BadName, InForce
from web.console.trial import Trial
from web.site import PageRoute

routes = APIRouter(route_class=PageRoute)

_SCOPE = "rules"


@routes.get("/console/rules")
def rules(at: Desk = Depends(desk), file: str = "", new: str = "", version: str = "") -> Response:
    """The files in force and one of them to edit; with ``version``, that version's text of it to start from."""
    now = rule_files.in_force(at.deps)
    names = [name for _, group in rule_files.by_layer(now.files) for name in group]
    name = "" if new else file if file in now.files else _first(names)
    older = rule_files.files_of(at.deps, version) if version else None
    text = (older or now.files).get(name, "") if name else ""
    return editor(at, now, name, text, done=at.done, is_new=bool(new))


@routes.post("/console/rules/check")
async def check(at: Desk = Depends(desk), form: dict[str, str] = Depends(fields)) -> Response:
    """Mistakes and warnings of the file as it is typed: JSON with file, line, column, message and hint of each."""
    return JSONResponse(await asyncio.to_thread(_checked, at, form))


@routes.post("/console/rules/try")
async def try_out(at: Desk = Depends(desk), form: dict[str, str] = Depends(fields)) -> Response:
    """Check, compare and run over past cases: the whole page, or with ``part`` the result alone for the script."""
    return await asyncio.to_thread(_tried, at, form)


@routes.post("/console/rules/save")
async def save(at: Desk = Depends(desk), form: dict[str, str] = Depends(fields)) -> Response:
    """Keep the file as part of a new version and put it in force; workers see it within seconds."""
    at.command_id(_SCOPE, form)
    return await asyncio.to_thread(_saved, at, form)


@routes.post("/console/rules/import")
async def import_folder(at: Desk = Depends(desk), form: dict[str, str] = Depends(fields)) -> Response:
    """Keep the folder's files as the first version, so that there is something to go back to."""
    at.command_id(_SCOPE, form)
    return await asyncio.to_thread(_imported, at, form)


@routes.post("/console/rules/activate")
async def activate(at: Desk = Depends(desk), form: dict[str, str] = Depends(fields)) -> Response:
    """Put a kept version in force again."""
    at.command_id(_SCOPE, form)
    return await asyncio.to_thread(_activated, at, form)


@routes.get("/console/rules/compare")
def compare(at: Desk = Depends(desk), old: str = "", new: str = "", location: str = "") -> Response:
    """Two versions in words for a location, and line by line; an empty name means what is in force."""
    now = rule_files.in_force(at.deps)
    sides = [now.files if not name else rule_files.files_of(at.deps, name) for name in (old, new)]
    if sides[0] is None or sides[1] is None:
        return at.message(
            "No such version", "The history on the rules page lists every version.", 404, "/console/rules"
        )
    place = rule_files.location_or_busiest(at, location)
    return at.page(
        "rules_compare.html",
        here="rules",
        old=old,
        new=new,
        location=place,
        words=diff(sides[0], sides[1], place, trial.today(at)),
        lines=trial.line_changes(sides[0], sides[1]),
        versions=_choices(at),
    )


def editor(
    at: Desk,
    now: InForce,
    name: str,
    text: str,
    *,
    form: Mapping[str, str] | None = None,
    tried: Trial | None = None,
    wrong: str = "",
    done: str = "",
    is_new: bool = False,
    status: int = 200,
) -> Response:
    """The page with this text in the editor; ``form`` is what was sent, so that nothing typed is lost."""
    sent = form or {}
    active = at.deps.rules.active_version()
    return at.page(
        "rules.html",
        status=status,
        here="rules",
        now_in_force=now,
        layers=rule_files.by_layer(now.files),
        name=name,
        text=text,
        is_new=is_new,
        base=sent.get("base") or now.version,
        note=sent.get("note", ""),
        author=sent.get("author") or at.staff_name,
        location=rule_files.location_or_busiest(at, sent.get("location", "")),
        staff=rule_files.staff(at),
        tried=tried,
        wrong=wrong,
        done=done,
        versions=at.deps.rules.versions(),
        active=active,
        activations=at.deps.rules.activations()[:20],
        script=SCRIPT.href,
        zone=at.locations[0].tz,
    )


def _checked(at: Desk, form: Mapping[str, str]) -> dict[str, object]:
    try:
        name = rule_files.checked_name(at, form.get("file", ""))
    except BadName as bad:
        return {"ok": False, "errors": [_row(RuleError(form.get("file", ""), 1, 1, str(bad)))], "warnings": []}
    files = rule_files.in_force(at.deps).with_file(name, form.get("text", ""))
    report = trial.check_rules(at, files)
    return {
        "ok": report.ok,
        "errors": [_row(each) for each in report.errors],
        "warnings": [_row(each) for each in report.warnings],
        "tiers": list(report.tiers),
        "examples": report.examples,
    }


def _row(error: RuleError) -> dict[str, object]:
    return {
        "file": error.file,
        "line": error.line,
        "column": error.column,
        "message": error.message,
        "hint": error.hint,
    }


def _tried(at: Desk, form: Mapping[str, str]) -> Response:
    now = rule_files.in_force(at.deps)
    text, new = form.get("text", ""), form.get("is_new") == "yes"
    try:
        name = rule_files.checked_name(at, form.get("file", ""))
    except BadName as bad:
        return editor(at, now, form.get("file", ""), text, form=form, wrong=str(bad), is_new=new, status=400)
    found = trial.try_out(
        at, now.files, now.with_file(name, text), rule_files.location_or_busiest(at, form.get("location", ""))
    )
    if form.get("part"):
        return at.page("trial_part.html", tried=found, name=name)
    return editor(at, now, name, text, form=form, tried=found, is_new=new)


def _saved(at: Desk, form: Mapping[str, str]) -> Response:
    now = rule_files.in_force(at.deps)
    name, text, new = form.get("file", ""), form.get("text", ""), form.get("is_new") == "yes"

    def refused(wrong: str, status: int = 400, tried: Trial | None = None) -> Response:
        return editor(at, now, name, text, form=form, wrong=wrong, tried=tried, is_new=new, status=status)

    try:
        files = now.with_file(rule_files.checked_name(at, name), text)
    except BadName as bad:
        return refused(str(bad))
    if form.get("author") not in dict(rule_files.staff(at)):
        return refused("Choose who you are; the history keeps it.")
    if content_hash(files) == now.version:
        return at.to("/console/rules", file=name, done="Nothing was changed, so nothing was saved.")
    if form.get("base") != now.version:
        return refused("Somebody saved other rules meanwhile. Compare with them before you save yours again.", 409)
    report = trial.check_rules(at, files)
    if not report.ok:
        return refused("Not saved: there are mistakes.", 400, Trial(report, ""))
    _keep_folder(at, now, form["author"])
    version = content_hash(files)
    at.deps.rules.save(version, files, form["author"], form.get("note", "").strip())
    at.deps.rules.activate(version, form["author"], form.get("note", "").strip())
    done = f"Saved as version {version}; it is in force now."
    return at.remembering(at.to("/console/rules", file=name if name in files else "", done=done), form["author"])


def _keep_folder(at: Desk, now: InForce, author: str) -> None:
    """What was in force before the first save becomes a version too: it must be possible to go back to it."""
    if not now.saved:
        at.deps.rules.save(now.version, now.files, author, "the files of the rules folder")


def _imported(at: Desk, form: Mapping[str, str]) -> Response:
    now = rule_files.in_force(at.deps)
    if form.get("author") not in dict(rule_files.staff(at)):
        return editor(
            at, now, *_some_file(now), form=form, wrong="Choose who you are; the history keeps it.", status=400
        )
    if not now.saved:
        _keep_folder(at, now, form["author"])
        at.deps.rules.activate(now.version, form["author"], "the files of the rules folder")
    return at.remembering(at.to("/console/rules", done="The folder's files are the first version now."), form["author"])


def _activated(at: Desk, form: Mapping[str, str]) -> Response:
    now = rule_files.in_force(at.deps)
    version = form.get("version", "")
    files = at.deps.rules.files(version)
    wrong = "" if form.get("author") in dict(rule_files.staff(at)) else "Choose who you are; the history keeps it."
    if files is None:
        wrong = f"There is no version {version!r}."
    elif not wrong and not trial.check_rules(at, files).ok:
        wrong = f"Version {version} has mistakes by today's checks and was not put in force. Compare and mend it first."
    if wrong:
        return editor(at, now, *_some_file(now), form=form, wrong=wrong, status=400)
    if version != now.version or not now.saved:
        at.deps.rules.activate(version, form["author"], form.get("note", "").strip())
    done = f"Version {version} is in force again."
    return at.remembering(at.to("/console/rules", done=done), form["author"])


def _some_file(now: InForce) -> tuple[str, str]:
    name = _first(sorted(now.files))
    return name, now.files.get(name, "")


def _first(names: list[str]) -> str:
    """The routing rules are what people come for; else the first file."""
    return next((name for name in names if name.endswith("tiers.yaml")), names[0] if names else "")


def _choices(at: Desk) -> list[tuple[str, str]]:
    saved = [(row.version, f"{row.version[:8]} {row.note}".strip()) for row in at.deps.rules.versions()]
    return [("", "in force now"), *saved, (FOLDER, "the rules folder")]
