"""The marks of acceptance that an office may agree on, on the sandbox."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from connectors.opendental.client import OpenDentalClient
from connectors.opendental.connector import OpenDental
from connectors.opendental.options import OpenDentalOptions
from domain.treatment_plan import PlanState
from sandbox.settings import DEVELOPER_KEY
from tests.connectors.practice import Practice

KEY = "SandboxBoise"


@pytest.fixture
def office(practice: Practice) -> OpenDentalClient:
    """The office's own hands: the bare API."""
    return OpenDentalClient(f"{practice.url}/opendental/api/v1", DEVELOPER_KEY, KEY)


def connector(practice: Practice, **options: object) -> OpenDental:
    checked = OpenDentalOptions.model_validate({"developer_key": DEVELOPER_KEY, "customer_key": KEY, **options})
    client = OpenDentalClient(f"{practice.url}/opendental/api/v1", DEVELOPER_KEY, KEY)
    return OpenDental(client, "boise", ZoneInfo("America/Boise"), checked)


def newest_waiting(practice: Practice, office: OpenDentalClient) -> tuple[str, str]:
    """(plan, patient) of an unsigned plan that is its patient's newest."""
    while True:
        waiting = practice.waiting_plan()
        plans = office.rows("/treatplans", PatNum=waiting["PatNum"], TPStatus="Saved")
        newest = max(plans, key=lambda row: (row["DateTP"], row["TreatPlanNum"]))
        if newest["TreatPlanNum"] == waiting["TreatPlanNum"]:
            return str(waiting["TreatPlanNum"]), str(waiting["PatNum"])


def later(practice: Practice) -> str:
    """A watermark that nothing so far reaches into."""
    practice.advance(timedelta(minutes=10).total_seconds())
    return practice.now().isoformat()


def test_a_patient_field_accepts_the_newest_plan_and_can_take_it_back(
    practice: Practice, office: OpenDentalClient
) -> None:
    pms = connector(practice, accept_on=["patfield:Tx Plan Status=Accepted"])
    plan, patient = newest_waiting(practice, office)
    mark = later(practice)
    field = {"PatNum": int(patient), "FieldName": "Tx Plan Status"}
    office.put("/patfields", {**field, "FieldValue": "Accepted"})
    found = pms.accepted_since(mark).acceptances
    assert [(a.plan_id, a.accepted_at) for a in found] == [(plan, practice.now())]
    assert pms.plan(plan, patient).acceptance == found[0].acceptance
    practice.advance(60)
    office.put("/patfields", {**field, "FieldValue": "Declined"})
    page = pms.accepted_since(mark)
    assert (page.acceptances, page.withdrawn_plans) == ((), (plan,))
    assert pms.plan(plan, patient).state is PlanState.PRESENTED


def test_a_priority_on_every_row_accepts(practice: Practice, office: OpenDentalClient) -> None:
    pms = connector(practice, accept_on=["priority:Recommended"])
    plan, patient = newest_waiting(practice, office)
    mark = later(practice)
    priorities = {row["ItemName"]: row["DefNum"] for row in office.rows("/definitions", Category=20)}
    rows = office.rows("/proctps", TreatPlanNum=plan)
    for row in rows[:-1]:
        office.put(f"/proctps/{row['ProcTPNum']}", {"Priority": priorities["Recommended"]})
    assert pms.accepted_since(mark).acceptances == ()
    office.put(f"/proctps/{rows[-1]['ProcTPNum']}", {"Priority": priorities["Recommended"]})
    assert [a.plan_id for a in pms.accepted_since(mark).acceptances] == [plan]
    assert pms.plan(plan, patient).state is PlanState.ACCEPTED


def test_a_planned_appointment_accepts(practice: Practice, office: OpenDentalClient) -> None:
    pms = connector(practice, accept_on=["signed", "planned"])
    plan, patient = newest_waiting(practice, office)
    mark = later(practice)
    procedure = office.rows("/proctps", TreatPlanNum=plan)[0]["ProcNumOrig"]
    office.post("/appointments/Planned", {"PatNum": int(patient), "procNums": [procedure]})
    page = pms.accepted_since(mark)
    assert [a.plan_id for a in page.acceptances] == [plan]
    assert page.watermark == practice.now().isoformat()
    # The patient may have had another one from the start.
    assert (str(procedure),) in [p.procedure_ids for p in pms.planned_appointments(patient)]


def test_a_heading_that_says_declined_outweighs_a_signature(practice: Practice, office: OpenDentalClient) -> None:
    pms = connector(practice)
    plan, patient = newest_waiting(practice, office)
    mark = later(practice)
    office.put(f"/treatplans/{plan}", {"isSigned": "true", "Heading": "Crown - Patient Declined"})
    page = pms.accepted_since(mark)
    assert (page.acceptances, page.withdrawn_plans) == ((), (plan,))
    assert pms.plan(plan, patient).state is PlanState.DECLINED


def test_a_clinic_sees_its_own_patients_only(practice: Practice, office: OpenDentalClient) -> None:
    here, elsewhere = connector(practice, clinic_num=1), connector(practice, clinic_num=2)
    plan, _ = newest_waiting(practice, office)
    mark = later(practice)
    office.put(f"/treatplans/{plan}", {"isSigned": "true"})
    assert [a.plan_id for a in here.accepted_since(mark).acceptances] == [plan]
    assert elsewhere.accepted_since(mark).acceptances == ()
    assert (len(here.operatories()), len(elsewhere.operatories())) == (8, 0)
