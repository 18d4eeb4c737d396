"""Production in the plan window: what may be attached, what comes off each item, and what a change of it means."""

import re

from tests.stack import Stack
from tests.web.plans.test_office import terms_of
from tests.web.plans.visits import staff
from tests.workflows.plan_office import a_plan


async def test_an_adjustment_is_attached_in_the_window_and_a_signed_plan_must_be_signed_again(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=4)
    plan.offer_and_sign()
    stack.parts.plans.desk.activate(plan.plan_id)
    signed = plan.row.shown_plan.principal_cents
    first = plan.row.shown_plan.production[0]
    patient = int(plan.row.patient_id)
    made = await stack.practice.post("adjustment", pat_num=patient, fields={"AdjAmt": 45.0, "AdjNote": "Night guard"})
    await stack.practice.post("adjustment", pat_num=patient, fields={"AdjAmt": -30.0})
    visitor, key = staff(stack), f"a{made['AdjNum']}"
    plain = await visitor.open(f"/console/plans/{plan.plan_id}")
    assert "Amount original" in plain.text
    assert "Amount end" in plain.text
    assert first.description in plain.text
    assert f'name="item_{key}"' not in plain.text
    page = await visitor.open(f"/console/plans/{plan.plan_id}?more=yes")
    assert f'name="item_{key}"' in page.text
    assert "Service charge" in page.text
    typed = terms_of(page) | {f"item_{key}": "yes", "by": "paula"}
    more = re.search(r'name="more_items" value="([^"]*)"', page.text)
    assert more is not None
    typed["more_items"] = more[1].replace("&#34;", '"').replace("&amp;", "&").replace("&#39;", "'")
    seen = await visitor.http.post(f"/console/plans/{plan.plan_id}/preview?part=yes", data=typed)
    assert f"${(signed + 4_500) / 100:,.2f}" in seen.text, "the schedule follows before anything is kept"
    forged = typed | {"more_items": typed["more_items"].replace("4500", "1")}
    refused = await visitor.http.post(f"/console/plans/{plan.plan_id}/terms", data=forged, follow_redirects=True)
    assert refused.status_code == 200
    assert key not in {item.id for item in plan.row.newest_production}, "what was not read from the PMS is not taken"
    saved = await visitor.http.post(f"/console/plans/{plan.plan_id}/terms", data=typed, follow_redirects=True)
    assert saved.status_code == 200, saved.text
    assert plan.row.shown_plan.principal_cents == signed, "what was signed is collected until the new version is"
    assert "New terms are not signed yet" in saved.text
    plan.offer_and_sign()
    assert plan.row.shown_plan.principal_cents == signed + 4_500
    gone = await visitor.open(f"/console/plans/{plan.plan_id}?more=yes")
    assert gone.text.count(f'name="item_{key}"') == 1, "it is on this plan now, and offered to no other"


async def test_the_window_says_what_comes_off_an_item(stack: Stack) -> None:
    plan = await a_plan(stack)
    item = plan.row.shown_plan.production[0]
    stack.parts.plans.desk.delete(plan.plan_id, "paula")
    await stack.practice.post("insurance_paid", proc_num=int(item.id), paid_cents=12_300, write_off_cents=4_500)
    patient = int(plan.row.patient_id)
    await stack.practice.post("adjustment", pat_num=patient, fields={"AdjAmt": -20.0, "ProcNum": int(item.id)})
    again = stack.parts.plans.desk.from_treatment_plan(
        "boise", plan.row.patient_id, plan.row.treatment_plan_id, "paula", "again"
    )
    page = await staff(stack).open(f"/console/plans/{again.id}")
    for words in ("adjustments −$20.00", "$123.00", "write-off −$45.00"):
        assert words in re.sub("<[^>]+>", "", page.text), words
    found = again.shown_plan.production[0]
    assert found.amount_end_cents == found.fee_cents - 2_000 - 12_300 - 4_500
    assert found.provider
    assert found.clinic
