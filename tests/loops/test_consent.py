"""Our list of phones that are not texted and the PMS's consent, kept in step both ways."""

from datetime import timedelta
from typing import Any

from domain.people import TextConsent
from tests.stack import Stack


async def consent(stack: Stack, patient: int) -> str:
    found = await stack.practice.get("patients")
    return next(str(p["consent"]) for p in found if p["PatNum"] == patient)


async def rounds(stack: Stack, *names: str) -> None:
    for name in names or ("mirror", "consent", "mirror", "consent"):
        await stack.move(stack.now + timedelta(minutes=3))
        await stack.step(name)


def somebody(stack: Stack, other_than: int = 0) -> dict[str, Any]:
    """A patient of the office with a phone of their own."""
    for patient in stack.template.patients.values():
        phone = patient["phone"]
        known = stack.stores.mirror.who_has(phone) if phone else []
        alone = len(known) == 1 and known[0][1].text_consent is TextConsent.YES
        if alone and known[0][0] == "opendental:boise" and patient["PatNum"] != other_than:
            return patient
    raise AssertionError("the practice has no such patient")


async def change(stack: Stack, patient: int, **fields: str) -> None:
    await stack.move(stack.now + timedelta(minutes=3))
    await stack.practice.post("patient", pat_num=patient, fields=fields)


async def test_a_stop_reaches_the_pms_when_it_is_back_and_a_start_takes_it_back(idle: Stack) -> None:
    ann = somebody(idle)
    await idle.practice.fault(vendor="opendental", method="PUT", kind="status", status=503)
    idle.stores.suppressions.suppress(ann["phone"], "`stop`", "reply", idle.now)
    await rounds(idle)
    assert await consent(idle, ann["PatNum"]) == "Yes"
    await idle.practice.recover()
    await rounds(idle)
    assert await consent(idle, ann["PatNum"]) == "No"
    assert idle.stores.suppressions.untold() == []
    assert idle.stores.suppressions.is_suppressed(ann["phone"])
    idle.stores.suppressions.lift(ann["phone"], idle.now)
    await rounds(idle)
    assert await consent(idle, ann["PatNum"]) == "Yes"
    await rounds(idle)
    assert not idle.stores.suppressions.is_suppressed(ann["phone"]), "the PMS's old no was an echo"


async def test_every_patient_of_the_phone_is_told_once(idle: Stack) -> None:
    ann = somebody(idle)
    ben = somebody(idle, ann["PatNum"])
    await change(idle, ben["PatNum"], WirelessPhone=ann["phone"])
    await rounds(idle, "mirror")
    idle.stores.suppressions.suppress(ann["phone"], "wrong number", "page", idle.now)
    await rounds(idle)
    assert [await consent(idle, each["PatNum"]) for each in (ann, ben)] == ["No", "No"]
    await rounds(idle)
    written = [r for r in await idle.practice.requests("opendental") if r["method"] == "PUT"]
    assert len(written) == 2, "the two loops do not answer each other"


async def test_a_no_in_the_chart_is_a_no_of_the_phone_until_the_chart_says_yes(idle: Stack) -> None:
    ann = somebody(idle)
    ben = somebody(idle, ann["PatNum"])
    await change(idle, ben["PatNum"], WirelessPhone=ann["phone"])
    await change(idle, ann["PatNum"], TxtMsgOk="No")
    await rounds(idle)
    assert idle.stores.suppressions.is_suppressed(ann["phone"])
    assert await consent(idle, ben["PatNum"]) == "Yes", "the office did not say so of him"
    await change(idle, ben["PatNum"], Email="ben@example.test")
    await rounds(idle)
    assert idle.stores.suppressions.is_suppressed(ann["phone"]), "Ann still says no"
    await change(idle, ann["PatNum"], TxtMsgOk="Yes")
    await rounds(idle)
    assert not idle.stores.suppressions.is_suppressed(ann["phone"])


async def test_the_newest_word_wins_and_the_carrier_s_stands(idle: Stack) -> None:
    ann = somebody(idle)
    for source, stands in (("reply", False), ("carrier", True)):
        idle.stores.suppressions.suppress(ann["phone"], "no", source, idle.now)
        await rounds(idle)
        await change(idle, ann["PatNum"], TxtMsgOk="Yes")
        await rounds(idle)
        assert idle.stores.suppressions.is_suppressed(ann["phone"]) is stands
