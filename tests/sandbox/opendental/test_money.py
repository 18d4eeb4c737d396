"""Payments and payment plans."""

from __future__ import annotations

from collections.abc import Callable

from tests.sandbox.practice_process import Practice


def _procedure(practice: Practice, patient: int, fee: str, status: str = "TP") -> int:
    body = {"PatNum": patient, "ProcDate": "2026-11-23", "ProcStatus": status, "procCode": "D2740", "ProcFee": fee}
    return int(practice.post("/procedurelogs", body)["ProcNum"])


def test_a_deposit_is_one_unearned_split(practice: Practice, new_patient: Callable[[], int]) -> None:
    patient = new_patient()
    kinds = {d["ItemName"]: d["DefNum"] for d in practice.get("/definitions", Category=10)}
    body = {"PatNum": patient, "PayAmt": "129.99", "PayType": kinds["Online Deposit"], "isPrepayment": "true"}
    made = practice.post("/payments", body | {"PayNote": "pi_1"})
    assert (made["PayAmt"], made["payType"]) == ("129.99", "Online Deposit")
    splits = practice.get("/paysplits", PayNum=made["PayNum"])
    assert [(s["SplitAmt"], s["unearnedType"], s["ProcNum"]) for s in splits] == [("129.99", "Prepayment", 0)]
    assert [p["PayNote"] for p in practice.get("/payments", PatNum=patient)] == ["pi_1"]


def test_money_goes_to_the_oldest_debt_and_the_rest_is_unearned(
    practice: Practice, new_patient: Callable[[], int]
) -> None:
    patient = new_patient()
    first, second = (_procedure(practice, patient, fee, "C") for fee in ("100.00", "50.00"))
    made = practice.post("/payments", {"PatNum": patient, "PayAmt": 170})
    splits = practice.get("/paysplits", PayNum=made["PayNum"])
    assert [(s["SplitAmt"], s["ProcNum"]) for s in splits] == [("100.00", first), ("50.00", second), ("20.00", 0)]


def test_a_refund_is_a_negative_twin_and_comes_once(practice: Practice, new_patient: Callable[[], int]) -> None:
    body = {"PatNum": new_patient(), "PayAmt": "50.00", "isPrepayment": "true"}
    made = practice.post("/payments", body)["PayNum"]
    assert practice.post("/payments/Refund", {"PayNum": made})["PayAmt"] == "-50.00"
    assert "refunded" in practice.refusal("POST", "/payments/Refund", {"PayNum": made})


def test_bad_payments_name_the_field(practice: Practice, new_patient: Callable[[], int]) -> None:
    body = {"PatNum": new_patient(), "PayAmt": "50.00"}
    for name, value in (("PayAmt", "0"), ("PayAmt", "1.005"), ("PayType", 1001), ("PatNum", 3)):
        assert name in practice.refusal("POST", "/payments", body | {name: value})


def test_the_vendors_payment_plan_example(practice: Practice, new_patient: Callable[[], int]) -> None:
    """728 with 100 down at 10 % over 8 months is 81.48 a month (Open Dental API documentation)."""
    patient = new_patient()
    body = {"PatNum": patient, "procNums": [_procedure(practice, patient, "728.00")], "NumberOfPayments": 8}
    plan = practice.post("/payplans/Dynamic", body | {"APR": 10, "DownPayment": 100, "IsLocked": "true"})
    assert (plan["PayAmt"], plan["NumberOfPayments"], plan["principalAmount"]) == (81.48, 0, 728.0)
    charges = practice.get("/payplancharges", PayPlanNum=plan["PayPlanNum"])
    assert [(c["Principal"], c["Interest"], c["Note"]) for c in charges] == [(100.0, 0.0, "Down Payment")]
    assert [p["PayPlanNum"] for p in practice.get("/payplans", PatNum=patient)] == [plan["PayPlanNum"]]
    assert "PatNum or Guarantor" in practice.refusal("GET", "/payplans")


def test_charges_are_posted_as_they_fall_due(own_practice: Practice) -> None:
    patient = own_practice.get("/patients", Limit=1)[0]["PatNum"]
    procedure = _procedure(own_practice, patient, "250.00", "C")
    body = {"PatNum": patient, "procNums": [procedure], "PayAmt": "100.00", "DatePayPlanStart": "2026-12-01"}
    plan = own_practice.post("/payplans/Dynamic", body)["PayPlanNum"]
    assert own_practice.get("/payplancharges", PayPlanNum=plan) == []
    own_practice.order("clock", {"at": "2027-02-02T18:00:00Z"})
    charges = own_practice.get("/payplancharges", PayPlanNum=plan)
    assert [(c["ChargeDate"], c["Principal"]) for c in charges] == [
        ("2026-12-01", 100.0),
        ("2027-01-01", 100.0),
        ("2027-02-01", 50.0),
    ]


def test_closing_a_plan_posts_what_is_left(practice: Practice, new_patient: Callable[[], int]) -> None:
    patient = new_patient()
    body = {"PatNum": patient, "procNums": [_procedure(practice, patient, "300.00", "C")], "PayAmt": "50.00"}
    plan = practice.post("/payplans/Dynamic", body | {"DownPayment": "100.00"})["PayPlanNum"]
    assert practice.put(f"/payplans/{plan}/Close", {})["IsClosed"] is True
    charges = practice.get("/payplancharges", PayPlanNum=plan)
    assert [(c["Principal"], c["Note"]) for c in charges] == [(100.0, "Down Payment"), (200.0, "Close Out Charge")]


def test_terms_that_cannot_stand(practice: Practice, new_patient: Callable[[], int]) -> None:
    patient = new_patient()
    body = {"PatNum": patient, "procNums": [_procedure(practice, patient, "300.00")], "PayAmt": 50}
    assert "not both" in practice.refusal("POST", "/payplans/Dynamic", body | {"NumberOfPayments": 3})
    assert "DownPayment" in practice.refusal("POST", "/payplans/Dynamic", body | {"DownPayment": 301})
    assert "IsLocked" in practice.refusal("POST", "/payplans/Dynamic", body | {"APR": 5, "IsLocked": "false"})
    assert practice.call("POST", "/payplans", body).status_code == 410
