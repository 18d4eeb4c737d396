"""Whose phone a case's texts go to, and that it is asked anew before every text."""

from typing import Any

from tests.stack import Stack
from tests.story import Story

CHILD = {"Birthdate": "2020-04-01"}


async def change(stack: Stack, patient: str, **fields: str) -> None:
    await stack.practice.post("patient", pat_num=patient, fields=fields)


async def a_child(stack: Stack, **of_guardian: str) -> tuple[Story, dict[str, Any]]:
    """A child whose guarantor is another patient of the office, and that guarantor."""
    plan = stack.plan("fillings")
    guardian = stack.patient_of(stack.plan("crown"))
    await change(stack, guardian["PatNum"], **of_guardian or {"TxtMsgOk": "Yes"})
    await change(stack, stack.patient_of(plan)["PatNum"], Guarantor=guardian["PatNum"], **CHILD)
    return await stack.accept(plan), guardian


async def test_a_child_s_texts_go_to_the_guarantor_also_one_who_is_no_patient(stack: Stack) -> None:
    story, guardian = await a_child(stack, PatStatus="NonPatient", TxtMsgOk="Yes")
    assert story.row.texted_patient_id == str(guardian["PatNum"])
    assert len(await story.texts()) == 1


async def test_a_guardian_who_takes_back_consent_gets_no_more_texts(stack: Stack) -> None:
    story, guardian = await a_child(stack)
    assert len(await story.texts()) == 1
    await change(stack, guardian["PatNum"], TxtMsgOk="No")
    await stack.advance(hours=80)
    assert len(await story.texts()) == 1
    assert story.open_tasks()


async def test_a_child_without_a_grown_guarantor_is_called(stack: Stack) -> None:
    plan = stack.plan("fillings")
    patient = stack.patient_of(plan)["PatNum"]
    await change(stack, patient, Guarantor=patient, **CHILD)
    story = await stack.accept(plan)
    assert story.row.path == "callback"
    [task] = story.open_tasks()
    assert "guarantor" in task.text
    assert await stack.practice.texts() == []


async def test_a_corrected_number_gets_the_next_text_and_the_old_one_none(stack: Stack) -> None:
    plan = stack.plan("fillings")
    story = await stack.accept(plan)
    old = story.row.phone
    await change(stack, stack.patient_of(plan)["PatNum"], WirelessPhone="(208) 555-0177")
    await stack.advance(hours=30)
    assert story.row.phone == "+12085550177"
    assert len(await stack.practice.texts(old)) == 1
    assert len(await stack.practice.texts("+12085550177")) == 1
    links = stack.stores.links.of_case(story.case_id)
    assert all(link.closed_at is not None for link in links if link.phone == old)
    assert any(link.closed_at is None for link in links if link.phone == story.row.phone)


async def test_at_eighteen_the_next_text_goes_to_the_patient(stack: Stack) -> None:
    plan = stack.plan("fillings")
    guardian = stack.patient_of(stack.plan("crown"))
    patient = stack.patient_of(plan)
    tomorrow = stack.now.date().replace(year=stack.now.year - 18)
    await change(stack, guardian["PatNum"], TxtMsgOk="Yes")
    await change(
        stack, patient["PatNum"], Guarantor=guardian["PatNum"], Birthdate=f"{tomorrow:%Y-%m}-{tomorrow.day + 1:02}"
    )
    story = await stack.accept(plan)
    assert story.row.texted_patient_id == str(guardian["PatNum"])
    await stack.advance(hours=30)
    assert story.row.texted_patient_id == str(patient["PatNum"])
