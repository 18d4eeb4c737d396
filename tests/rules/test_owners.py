"""Owners and cadence: somebody is always there, and nothing is sent late."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain.location import Location, StaffMember, VendorBlock
from domain.route import OwnerStep
from rules.cadence import due_steps, escalate_at, next_step
from rules.classify import classify
from rules.model import RuleSet
from rules.owners import chain_of, owner_of, rules_naming, why_not_removable
from tests.rules.conftest import NOON, case, procedure

MONDAY = date(2026, 11, 23)
AWAY = ("2026-11-20", "2026-11-27")
VENDOR = VendorBlock(kind="sandbox", base_url="http://127.0.0.1:8701")


def location(*staff: StaffMember) -> Location:
    return Location(
        key="boise",
        name="Maple Dental",
        zone="America/Boise",
        state="ID",
        phone="+12085550142",
        pms=VENDOR,
        messaging=VENDOR,
        payments=VENDOR,
        staff=staff,
        default_owner=staff[-1].key,
    )


def member(key: str, role: Any = "coordinator", **more: Any) -> StaffMember:
    return StaffMember(key=key, name=key.title(), role=role, **more)


COORDINATOR = OwnerStep(owner="coordinator", role="coordinator")


def test_a_role_is_the_first_of_its_people_who_is_there() -> None:
    here = location(member("ann", away=(AWAY,)), member("bob"), member("mia", "manager"))
    assert owner_of(COORDINATOR, here, MONDAY).key == "bob"
    assert owner_of(COORDINATOR, here, date(2026, 11, 28)).key == "ann"


def test_the_deputy_stands_in_and_the_deputy_s_deputy_after_that() -> None:
    here = location(
        member("ann", away=(AWAY,), deputy="bob"), member("bob", away=(AWAY,), deputy="mia"), member("mia", "manager")
    )
    assert owner_of(COORDINATOR, here, MONDAY).key == "mia"


def test_when_all_are_away_the_default_owner_has_it() -> None:
    circle = (member("ann", away=(AWAY,), deputy="bob"), member("bob", away=(AWAY,), deputy="ann"))
    here = location(*circle, member("mia", "manager"))
    assert owner_of(COORDINATOR, here, MONDAY).key == "mia"
    alone = location(member("mia", "manager", away=(AWAY,)))
    assert owner_of(OwnerStep(owner="zoe"), alone, MONDAY).key == "mia"


def test_a_chain_names_each_person_once(shipped: RuleSet) -> None:
    here = location(member("ann"), member("mia", "manager"))
    route = classify(shipped, case(procedure("D6010", 2_500, 120)))
    assert [person.key for person in chain_of(route, here, MONDAY)] == ["ann", "mia"]
    one = location(member("mia", "manager"))
    assert [person.key for person in chain_of(route, one, MONDAY)] == ["mia"]


def test_nobody_is_removed_while_owning_tasks_or_rules(shipped: RuleSet) -> None:
    here = location(member("ann", deputy="bob"), member("bob"), member("mia", "manager"))
    assert why_not_removable("bob", here, [shipped], open_tasks=2) == ("2 open tasks", "deputy of ann")
    assert why_not_removable("mia", here, [shipped], open_tasks=0) == ("default owner of boise",)
    assert why_not_removable("ann", here, [shipped], open_tasks=0) == ()
    assert rules_naming("dentist", shipped) == ("tier surgical, approvals",)
    assert len(rules_naming("manager", shipped)) == 4


def test_steps_come_in_order_and_none_after_the_escalation(shipped: RuleSet) -> None:
    route = classify(shipped, case(procedure("D6010", 2_500, 120)))
    dated = due_steps(route, NOON)
    assert [each.step.name for each in dated] == ["nudge_1", "nudge_2", "call"]
    assert [each.due_at - NOON for each in dated] == [timedelta(hours=hours) for hours in (25, 50, 60)]
    assert escalate_at(route, NOON) == NOON + timedelta(hours=72)
    short = route.model_copy(update={"escalate_after_hours": 30})
    assert [each.step.name for each in due_steps(short, NOON)] == ["nudge_1"]


@pytest.mark.parametrize(("hours", "name"), [(0, "nudge_1"), (25, "nudge_1"), (26, "nudge_2"), (61, None)])
def test_a_step_whose_time_has_passed_is_skipped(shipped: RuleSet, hours: int, name: str | None) -> None:
    route = classify(shipped, case(procedure("D6010", 2_500, 120)))
    found = next_step(route, NOON, NOON + timedelta(hours=hours))
    assert (found.step.name if found else None) == name
