"""The location files that come with the sandbox say nothing that the sandbox does not know."""

from datetime import timedelta
from pathlib import Path

import pytest

from connectors.base import CheckoutRequest, LedgerPayment, OutgoingText, TaskDraft
from connectors.registry import ConnectorRegistry
from domain.location import Location, VendorBlock
from runtime.locations import read_location
from tests.connectors.contract.conftest import OneLocation
from tests.connectors.pacers import CountingPacer
from tests.connectors.practice import Practice

FOLDER = Path(__file__).parents[3] / "deploy" / "sandbox"
FILES = sorted(FOLDER.glob("*.yaml"))


def at(practice: Practice, path: Path) -> Location:
    """The file's location, its vendors moved to the running practice."""
    found = read_location(path)
    moved = {role: moved_block(practice, getattr(found, role)) for role in ("pms", "messaging", "payments")}
    return found.model_copy(update=moved)


def moved_block(practice: Practice, block: VendorBlock) -> VendorBlock:
    path = block.base_url.partition("8701")[2]
    return block.model_copy(update={"base_url": practice.url + path})


def test_there_are_five() -> None:
    assert len(FILES) == 5


def somebody(location: Location) -> str:
    """A patient of the database, whichever clinic it is of: a branch has none of its own yet."""
    whole = location.model_copy(update={"pms": location.pms.model_copy(update={"clinic_num": ""})})
    pms = ConnectorRegistry(OneLocation(whole), CountingPacer(), {}).pms(location.key)
    return next(p.id for p in pms.patients_changed_since("")[0] if p.mobile)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_option_names_something_that_is_there(practice: Practice, path: Path) -> None:
    location = at(practice, path)
    vendors = ConnectorRegistry(OneLocation(location), CountingPacer(), {})
    pms = vendors.pms(location.key)
    patient = somebody(location)
    pms.put_note(patient, practice.now(), "Texted", f"note/{location.key}")
    owner = location.member(location.default_owner)
    draft = TaskDraft(
        patient_id=patient,
        task_list_id=owner.task_list_id,
        user_id=owner.user_id,
        text="Call",
        tag=f"task/{location.key}",
        urgent=True,
    )
    task = pms.put_task(draft)
    for member in location.staff:
        pms.move_task(task, member.task_list_id, member.user_id, f"over to {member.key}")
    pms.close_task(task, "done")
    day = practice.now().date()
    payment = LedgerPayment(
        patient_id=patient, amount_cents=100, day=day, reference=f"pi_{location.key}", note="Deposit"
    )
    assert pms.post_payment(payment)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_its_number_texts_and_its_account_charges(practice: Practice, path: Path) -> None:
    location = at(practice, path)
    vendors = ConnectorRegistry(OneLocation(location), CountingPacer(), {})
    assert vendors.texting(location.key).send(OutgoingText(to="+12085550160", body="Hello")).sid
    request = CheckoutRequest(
        key=f"deposit:{location.key}",
        amount_cents=5000,
        expires_at=practice.now() + timedelta(minutes=35),
        success_url="http://127.0.0.1:1/paid",
        cancel_url="http://127.0.0.1:1/back",
        reference=f"dep_{location.key}",
    )
    assert vendors.payments(location.key).open_checkout(request).url
