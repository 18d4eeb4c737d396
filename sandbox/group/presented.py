"""The month's presented plans: frozen copies of what was proposed, most of them to be accepted."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from sandbox.group.layout import Location, Numbers, PlanKind, codes, definition_num, plan_kinds
from sandbox.group.setup import code_nums
from sandbox.opendental.patterns import combined, expanded
from sandbox.opendental.resource import Row

SCHEMA = """
CREATE TABLE IF NOT EXISTS plan_fact (
    TreatPlanNum INTEGER PRIMARY KEY, Office INTEGER NOT NULL, Kind TEXT NOT NULL, Tier TEXT NOT NULL,
    Outcome TEXT NOT NULL CHECK (Outcome IN ('accepted', 'acceptable', 'declined', 'undecided')),
    ValueCents INTEGER NOT NULL, PatientCents INTEGER NOT NULL
);
"""
OUTCOMES = (("accepted", 44), ("acceptable", 396), ("declined", 84), ("undecided", 88))
TEETH = {"molar": "2 3 14 15 18 19 30 31", "front": "6 7 8 9 10 11", "wisdom": "1 16 17 32", "none": ""}
INSURED_SHARE, PLANNED_SHARE = 0.45, 0.25
MONTH_DAYS = 30


@dataclass(slots=True)
class Presented:
    """The rows that a location's plans are made of."""

    treatplans: list[Row] = field(default_factory=list)
    proctps: list[Row] = field(default_factory=list)
    claimprocs: list[Row] = field(default_factory=list)
    procedures: list[Row] = field(default_factory=list)
    attaches: list[Row] = field(default_factory=list)
    appointments: list[Row] = field(default_factory=list)
    facts: list[tuple[object, ...]] = field(default_factory=list)


def outcomes(kinds: list[PlanKind], seed: int) -> list[str]:
    """One outcome a plan, every kind getting its share: the plans are dealt out in the order of their value,
    so that the accepted ones are worth what the plans are worth."""
    dice = random.Random(f"{seed}/outcomes")
    total = sum(count for _, count in OUTCOMES)
    order = sorted(range(len(kinds)), key=lambda n: (value_cents(kinds[n]), kinds[n].name, n))
    given = [""] * len(kinds)
    due = {name: dice.random() for name, _ in OUTCOMES}
    left = dict(OUTCOMES)
    for index in order:
        for name, count in OUTCOMES:
            due[name] += count / total
        name = max((n for n in due if left[n]), key=lambda n: due[n])
        due[name] -= 1
        left[name] -= 1
        given[index] = name
    return given


def value_cents(kind: PlanKind) -> int:
    return sum(codes()[code].fee_cents for code, _ in kind.items)


def dealt(places: tuple[Location, ...], seed: int) -> dict[int, list[tuple[PlanKind, str]]]:
    """The month's plans by office, each with its outcome."""
    dice = random.Random(f"{seed}/plans")
    pool = [kind for kind in plan_kinds() for _ in range(kind.count)]
    dice.shuffle(pool)
    paired = list(zip(pool, outcomes(pool, seed), strict=True))
    hands: dict[int, list[tuple[PlanKind, str]]] = {}
    for place in places:
        mine = [pair for pair in paired if pair[0].kind == place.office.kind][: place.plans]
        hands[place.office.number] = mine
        for pair in mine:
            paired.remove(pair)
    return hands


class Presenter:
    """Presents plans to the patients of one location."""

    def __init__(self, place: Location, seed: int, today: date, patients: list[Row], numbers: Numbers) -> None:
        self._place, self._today, self._numbers = place, today, numbers
        self._dice = random.Random(f"{seed}/{place.office.number}/presented")
        self._waiting = [p for p in patients if p["PatStatus"] == "Patient"]
        self._dice.shuffle(self._waiting)
        self._second_time = list(self._waiting)
        self._code_nums = code_nums(place)
        self._active: dict[int, int] = {}
        self.rows = Presented()

    def present(self, kind: PlanKind, outcome: str) -> None:
        """Add one plan with everything that belongs to it."""
        patient = self._patient(kind)
        day = self._today - timedelta(days=self._dice.randint(1, MONTH_DAYS))
        stamp = f"{day.isoformat()} {self._dice.randint(9, 16):02}:{self._dice.randint(0, 59):02}:00"
        procedures = self._procedures(kind, patient, day, stamp)
        plan = self._numbers.next("treatplan")
        signed = self._signed(outcome, day)
        self.rows.treatplans.append(self._plan_row(plan, kind, patient, stamp, signed))
        self._freeze(plan, kind, patient, procedures, stamp)
        self._attach(patient, procedures, stamp)
        if outcome != "declined" and self._dice.random() < PLANNED_SHARE:
            self._plan_visit(patient, procedures, kind, stamp)
        value, patient_cents = sum(p["ProcFee"] for p in procedures), self._patient_cents(plan)
        self.rows.facts.append((plan, self._place.office.number, kind.name, kind.tier, outcome, value, patient_cents))

    def _patient(self, kind: PlanKind) -> Row:
        """Somebody of a fitting age who has no plan yet, else somebody who has one."""
        for pool in (self._waiting, self._second_time):
            for index, patient in enumerate(pool):
                if kind.ages[0] <= self._age(patient) <= kind.ages[1]:
                    return pool.pop(index)
        return self._dice.choice(self._waiting or self._second_time)

    def _age(self, patient: Row) -> int:
        born = date.fromisoformat(patient["Birthdate"])
        return (self._today - born).days * 100 // 36525

    def _signed(self, outcome: str, day: date) -> str:
        if outcome != "accepted":
            return ""
        days = self._dice.randint(0, max(0, (self._today - day).days - 1))
        return f"{(day + timedelta(days=days)).isoformat()} 17:{self._dice.randint(0, 59):02}:00"

    def _procedures(self, kind: PlanKind, patient: Row, day: date, stamp: str) -> list[Row]:
        who = {role: self._dice.choice(self._place.with_role(role)) for role in _roles(kind)}
        teeth = TEETH[kind.teeth].split()
        self._dice.shuffle(teeth)
        same_tooth = kind.name not in ("two_crowns", "fillings", "sinus_lift", "sealants") and kind.teeth == "molar"
        rows = []
        for order, (code, priority) in enumerate(kind.items):
            tooth = "" if not teeth else teeth[0] if same_tooth else teeth[order % len(teeth)]
            rows.append(self._procedure(code, priority, tooth, who[codes()[code].role].num, patient, day, stamp))
        self.rows.procedures.extend(rows)
        return rows

    def _procedure(
        self, code: str, priority: str, tooth: str, provider: int, patient: Row, day: date, stamp: str
    ) -> Row:
        return {
            "ProcNum": self._numbers.next("procedurelog"),
            "PatNum": patient["PatNum"],
            "ProcDate": day.isoformat(),
            "ProcFee": codes()[code].fee_cents,
            "ToothNum": tooth,
            "Priority": definition_num(self._place.office.number, 20, priority),
            "ProcStatus": "TP",
            "ProvNum": self._place.num(provider),
            "ClinicNum": self._place.office.clinic_num,
            "CodeNum": self._code_nums[code],
            "DateTP": day.isoformat(),
            "SecDateEntry": day.isoformat(),
            "DateTStamp": stamp,
        }

    def _plan_row(self, plan: int, kind: PlanKind, patient: Row, stamp: str, signed: str) -> Row:
        row = {
            "TreatPlanNum": plan,
            "PatNum": patient["PatNum"],
            "DateTP": stamp[:10],
            "Heading": kind.heading,
            "ResponsParty": patient["Guarantor"],
            "TPStatus": "Saved",
            "UserNumPresenter": self._place.num(1),
            "SecUserNumEntry": self._place.num(1),
            "SecDateEntry": stamp[:10],
            "SecDateTEdit": signed or stamp,
        }
        return row | ({"isSigned": "true", "DateTSigned": signed} if signed else {})

    def _freeze(self, plan: int, kind: PlanKind, patient: Row, procedures: list[Row], stamp: str) -> None:
        insured = self._place.office.kind == "dental" and self._dice.random() < INSURED_SHARE
        allowance = 150_000 if insured else 0
        for order, ((code, _), procedure) in enumerate(zip(kind.items, procedures, strict=True)):
            insurance = min(allowance, procedure["ProcFee"] // 2)
            allowance -= insurance
            detail = codes()[code]
            if insurance:
                self._estimate(procedure, insurance, stamp)
            self.rows.proctps.append(
                {
                    "ProcTPNum": self._numbers.next("proctp"),
                    "TreatPlanNum": plan,
                    "PatNum": patient["PatNum"],
                    "ProcNumOrig": procedure["ProcNum"],
                    "ItemOrder": order,
                    "Priority": procedure["Priority"],
                    "ToothNumTP": procedure["ToothNum"],
                    "ProcCode": code,
                    "Descript": detail.description,
                    "ProcAbbr": detail.abbr,
                    "FeeAmt": procedure["ProcFee"],
                    "PriInsAmt": insurance,
                    "PatAmt": procedure["ProcFee"] - insurance,
                    "ProvNum": procedure["ProvNum"],
                    "DateTP": stamp[:10],
                    "ClinicNum": self._place.office.clinic_num,
                    "SecDateTEdit": stamp,
                }
            )

    def _estimate(self, procedure: Row, insurance: int, stamp: str) -> None:
        """What the plan of insurance is thought to pay, until a claim says so."""
        self.rows.claimprocs.append(
            {
                "ClaimProcNum": self._numbers.next("claimproc"),
                "ProcNum": procedure["ProcNum"],
                "PatNum": procedure["PatNum"],
                "ProvNum": procedure["ProvNum"],
                "Status": "Estimate",
                "InsEstTotal": insurance,
                "ProcDate": procedure["ProcDate"],
                "ClinicNum": self._place.office.clinic_num,
                "SecDateTEdit": stamp,
            }
        )

    def _patient_cents(self, plan: int) -> int:
        return sum(row["PatAmt"] for row in self.rows.proctps if row["TreatPlanNum"] == plan)

    def _attach(self, patient: Row, procedures: list[Row], stamp: str) -> None:
        """The procedures also stand on the patient's one Active plan."""
        number = self._active.get(patient["PatNum"])
        if number is None:
            number = self._active[patient["PatNum"]] = self._numbers.next("treatplan")
            row = {"TreatPlanNum": number, "PatNum": patient["PatNum"], "Heading": "Active Treatment Plan"}
            row |= {"TPStatus": "Active", "SecDateEntry": stamp[:10], "SecDateTEdit": stamp}
            self.rows.treatplans.append(row)
        for procedure in procedures:
            attach = {"TreatPlanAttachNum": self._numbers.next("treatplanattach"), "TreatPlanNum": number}
            self.rows.attaches.append(attach | {"ProcNum": procedure["ProcNum"], "Priority": procedure["Priority"]})

    def _plan_visit(self, patient: Row, procedures: list[Row], kind: PlanKind, stamp: str) -> None:
        """A planned appointment for what comes first and is done by the same person."""
        office = self._place.office
        first = [p for p in procedures if p["Priority"] == procedures[0]["Priority"]]
        first = [p for p in first if p["ProvNum"] == procedures[0]["ProvNum"]]
        number = self._numbers.next("appointment")
        details = [codes()[code] for (code, _), p in zip(kind.items, procedures, strict=True) if p in first]
        pattern = combined([expanded(d.pattern(office.increment), office.increment) for d in details])
        for procedure in first:
            procedure["PlannedAptNum"] = number
        self.rows.appointments.append(
            {
                "AptNum": number,
                "PatNum": patient["PatNum"],
                "AptStatus": "Planned",
                "Pattern": pattern,
                "Confirmed": definition_num(office.number, 2, "Unconfirmed"),
                "ProvNum": procedures[0]["ProvNum"],
                "ProcDescript": ", ".join(d.abbr for d in details),
                "ClinicNum": office.clinic_num,
                "SecDateTEntry": stamp,
                "DateTStamp": stamp,
            }
        )


def _roles(kind: PlanKind) -> list[str]:
    return list(dict.fromkeys(codes()[code].role for code, _ in kind.items))
