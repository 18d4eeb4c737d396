"""What counts as acceptance. Open Dental has no such status: a signature does by default, offices agree on others.

A mark says which saved plans were touched since a stamp, and whether a plan bears the mark now.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from connectors.opendental import values
from connectors.opendental.office import Office
from connectors.opendental.values import Row, digits, ident, instant, text, truth


@dataclass(frozen=True, slots=True)
class Sighting:
    """``acceptance`` changes when the plan is accepted anew."""

    acceptance: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Touched:
    """A saved plan that may have changed, and the stamp (UTC) of what changed."""

    plan: Row
    stamp: datetime


class Mark(Protocol):
    def touched(self, since: str) -> Iterator[Touched]:
        """Plans touched since this office-local stamp ("" = ever)."""
        ...

    def sighting(self, plan: Row) -> Sighting | None: ...


class Signed:
    """A saved plan is signed: id = plan number + signature stamp."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def touched(self, since: str) -> Iterator[Touched]:
        for row in self._office.client.rows("/treatplans", SecDateTEdit=since, TPStatus="Saved"):
            yield from _touched(row, row.get("SecDateTEdit"), self._office)

    def sighting(self, plan: Row) -> Sighting | None:
        if not truth(plan.get("isSigned")):
            return None
        stamp = plan.get("DateTSigned") if values.wall(plan.get("DateTSigned")) else plan.get("SecDateTEdit")
        return _sighting(plan, stamp, self._office)


class PatientField:
    """The patient's field has the agreed value; it speaks for their newest saved plan."""

    def __init__(self, office: Office, argument: str) -> None:
        self._office = office
        self._name, _, self._value = (part.strip() for part in argument.partition("="))

    def touched(self, since: str) -> Iterator[Touched]:
        for row in self._office.client.rows("/patfields", FieldName=self._name, SecDateTEdit=since):
            for plan in newest_plan(self._office, ident(row.get("PatNum"))):
                yield from _touched(plan, row.get("SecDateTEdit"), self._office)

    def sighting(self, plan: Row) -> Sighting | None:
        patient = ident(plan.get("PatNum"))
        if not _same_plan(plan, newest_plan(self._office, patient)):
            return None
        for row in self._office.client.rows("/patfields", PatNum=patient, FieldName=self._name):
            if text(row, "FieldName") == self._name and text(row, "FieldValue") == self._value:
                return _sighting(plan, row.get("SecDateTEdit"), self._office)
        return None


class Priority:
    """Every row of the plan has the agreed priority."""

    def __init__(self, office: Office, argument: str) -> None:
        self._office = office
        self._name = argument.strip()

    def touched(self, since: str) -> Iterator[Touched]:
        return Signed(self._office).touched(since)

    def sighting(self, plan: Row) -> Sighting | None:
        rows = self._office.client.rows("/proctps", TreatPlanNum=ident(plan.get("TreatPlanNum")))
        if not rows or any(text(row, "priority") != self._name for row in rows):
            return None
        return _sighting(plan, max(text(row, "SecDateTEdit") for row in rows), self._office)


class Planned:
    """The office planned an appointment that holds procedures of the plan."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def touched(self, since: str) -> Iterator[Touched]:
        for row in self._office.client.rows("/appointments", AptStatus="Planned", DateTStamp=since):
            for plan in newest_plan(self._office, ident(row.get("PatNum"))):
                yield from _touched(plan, row.get("DateTStamp"), self._office)

    def sighting(self, plan: Row) -> Sighting | None:
        client, patient = self._office.client, ident(plan.get("PatNum"))
        wanted = {
            ident(row.get("ProcNumOrig"))
            for row in client.rows("/proctps", TreatPlanNum=ident(plan.get("TreatPlanNum")))
        }
        live = client.rows("/procedurelogs", PatNum=patient)
        holding = {ident(row.get("PlannedAptNum")) for row in live if ident(row.get("ProcNum")) in wanted}
        for row in client.rows("/appointments", PatNum=patient, AptStatus="Planned"):
            if ident(row.get("AptNum")) in holding:
                return _sighting(plan, row.get("SecDateTEntry"), self._office)
        return None


_KINDS: Mapping[str, Callable[[Office, str], Mark]] = {
    "signed": lambda office, _: Signed(office),
    "patfield": PatientField,
    "priority": Priority,
    "planned": lambda office, _: Planned(office),
}


def marks_of(office: Office) -> tuple[Mark, ...]:
    """The marks of ``accept_on``, in order."""
    return tuple(_mark(office, written) for written in office.options.accept_on)


def _mark(office: Office, written: str) -> Mark:
    kind, _, argument = written.partition(":")
    return _KINDS[kind](office, argument)


def newest_plan(office: Office, patient: str) -> list[Row]:
    """The patient's newest saved plan, as a list of one or none."""
    rows = office.client.rows("/treatplans", PatNum=patient, TPStatus="Saved")
    return sorted(rows, key=lambda row: (text(row, "DateTP"), int(row.get("TreatPlanNum") or 0)))[-1:]


def _same_plan(plan: Row, others: Sequence[Row]) -> bool:
    return any(ident(other.get("TreatPlanNum")) == ident(plan.get("TreatPlanNum")) for other in others)


def _touched(plan: Row, stamp: object, office: Office) -> Iterator[Touched]:
    moment = instant(stamp, office.tz)
    if moment is not None:
        yield Touched(plan, moment)


def _sighting(plan: Row, stamp: object, office: Office) -> Sighting | None:
    moment = instant(stamp, office.tz)
    if moment is None:
        return None
    return Sighting(f"{ident(plan.get('TreatPlanNum'))}-{digits(stamp)}", moment)
