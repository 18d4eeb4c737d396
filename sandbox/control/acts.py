"""Control of what people at the practice do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from sandbox.opendental import staff
from sandbox.state import SandboxState


class _Order(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Accept(_Order):
    """Either `treat_plan_nums`, or `count` plans chosen with `seed`."""

    count: int | None = Field(default=None, ge=1, le=5000)
    seed: int = 1
    treat_plan_nums: tuple[int, ...] = ()


class Present(_Order):
    """A copy of the plan, for this patient."""

    treat_plan_num: int
    pat_num: int


class Revoke(_Order):
    treat_plan_num: int


class PhoneBooking(_Order):
    """For a plan or a patient; without `at` and `op`, at the provider's first opening from `days_ahead` on."""

    treat_plan_num: int | None = None
    pat_num: int | None = None
    at: str | None = Field(default=None, pattern=r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$")
    op: int | None = None
    prov: int | None = None
    minutes: int = Field(default=60, ge=5, le=540)
    days_ahead: int = Field(default=1, ge=0)


class PatientChange(_Order):
    """`fields` are Open Dental's, such as {"PatStatus": "Deceased"}."""

    pat_num: int
    fields: dict[str, Any]


class TaskChange(_Order):
    task_num: int
    status: Literal["New", "Viewed", "Done"] = "Done"


class Broken(_Order):
    apt_num: int
    to_unscheduled_list: bool = False


class Deleted(_Order):
    apt_num: int


class Completed(_Order):
    proc_num: int


class Visited(_Order):
    apt_num: int


class Planned(_Order):
    """The office plans an appointment for these procedures of a patient."""

    pat_num: int
    proc_nums: tuple[int, ...]


class DeskPayment(_Order):
    """Money taken (or, below zero, handed back) at the desk, for a payment plan, a procedure or neither."""

    pat_num: int
    cents: int
    pay_plan_num: int = 0
    proc_num: int = 0
    note: str = ""


class PaymentGone(_Order):
    pay_num: int


class InsurancePaid(_Order):
    """Cents that insurance paid for a procedure; `by_plan`: in parts, on an insurance payment plan."""

    proc_num: int
    paid_cents: int = Field(ge=0)
    write_off_cents: int = Field(default=0, ge=0)
    by_plan: bool = False


class Adjusted(_Order):
    """`fields` are Open Dental's, such as {"AdjAmt": 25.0}; without AdjType the first type of the office."""

    pat_num: int
    fields: dict[str, Any]


class Out(_Order):
    """A provider is out on these office days, both included."""

    prov_num: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Desk:
    """Does what is asked, and lets the webhooks go out at once."""

    state: SandboxState

    def do(self, act: Any, *arguments: Any, **named: Any) -> Any:
        try:
            done = act(self.state, *arguments, **named)
        except staff.NothingFound as error:
            raise HTTPException(404, str(error)) from error
        self.state.ticker.nudge()
        return done


def router(state: SandboxState) -> APIRouter:
    routes = APIRouter()
    desk = Desk(state)

    @routes.post("/accept")
    async def accept(wanted: Accept) -> list[dict[str, Any]]:
        if (wanted.count is None) == (not wanted.treat_plan_nums):
            raise HTTPException(422, 'give either {"count": 5, "seed": 1} or {"treat_plan_nums": [...]}')
        numbers = wanted.treat_plan_nums or staff.choose_waiting(state, wanted.count or 0, wanted.seed)
        signed: list[dict[str, Any]] = desk.do(staff.accept, numbers)
        return signed

    @routes.post("/present", status_code=201)
    async def present(wanted: Present) -> Any:
        return desk.do(staff.present, wanted.treat_plan_num, wanted.pat_num)

    @routes.post("/revoke")
    async def revoke(wanted: Revoke) -> Any:
        return desk.do(staff.revoke, wanted.treat_plan_num)

    @routes.post("/book_by_phone", status_code=201)
    async def book_by_phone(wanted: PhoneBooking) -> Any:
        return desk.do(staff.book_by_phone, staff.PhoneBooking(**wanted.model_dump()))

    @routes.post("/patient")
    async def change_patient(wanted: PatientChange) -> Any:
        return desk.do(staff.change_patient, wanted.pat_num, wanted.fields)

    @routes.post("/task")
    async def change_task(wanted: TaskChange) -> Any:
        return desk.do(staff.finish_task, wanted.task_num, wanted.status)

    @routes.post("/break")
    async def break_appointment(wanted: Broken) -> Any:
        return desk.do(staff.break_appointment, wanted.apt_num, to_list=wanted.to_unscheduled_list)

    @routes.post("/delete_appointment")
    async def delete_appointment(wanted: Deleted) -> Any:
        return desk.do(staff.delete_appointment, wanted.apt_num)

    @routes.post("/complete_appointment")
    async def complete_appointment(wanted: Visited) -> Any:
        return desk.do(staff.complete_appointment, wanted.apt_num)

    @routes.post("/plan_appointment", status_code=201)
    async def plan_appointment(wanted: Planned) -> Any:
        return desk.do(staff.plan_appointment, wanted.pat_num, wanted.proc_nums)

    @routes.post("/complete_procedure")
    async def complete_procedure(wanted: Completed) -> Any:
        return desk.do(staff.complete_procedure, wanted.proc_num)

    @routes.post("/desk_payment", status_code=201)
    async def desk_payment(wanted: DeskPayment) -> Any:
        return desk.do(staff.take_payment, **wanted.model_dump())

    @routes.post("/delete_payment")
    async def delete_payment(wanted: PaymentGone) -> Any:
        return desk.do(staff.drop_payment, wanted.pay_num)

    @routes.post("/insurance_paid")
    async def insurance_paid(wanted: InsurancePaid) -> Any:
        cents = (wanted.paid_cents, wanted.write_off_cents)
        return desk.do(staff.insurance_pays, wanted.proc_num, *cents, by_plan=wanted.by_plan)

    @routes.post("/adjustment", status_code=201)
    async def adjustment(wanted: Adjusted) -> Any:
        return desk.do(staff.adjust, {"PatNum": wanted.pat_num, **wanted.fields})

    @routes.post("/provider_out")
    async def provider_out(wanted: Out) -> dict[str, int]:
        return {"shifts": desk.do(staff.take_off, wanted.prov_num, str(wanted.first), str(wanted.last))}

    return routes
