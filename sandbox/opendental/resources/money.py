"""Money: payments and their splits, payment plans and their charges."""

from __future__ import annotations

from sandbox.opendental.resource import Resource
from sandbox.opendental.wire import Field, Kind

INT, BOOL, DATE, DATETIME = Kind.INT, Kind.BOOL, Kind.DATE, Kind.DATETIME
MONEY, MONEY_TEXT = Kind.MONEY, Kind.MONEY_TEXT

NOT_KNOWN = -100
"""Cents of the -1.0 that stands for an estimate or override that was never made."""

FREQUENCIES = ("Weekly", "EveryOtherWeek", "Monthly", "Quarterly", "OrdinalWeekday")

PAYMENTS = Resource(
    name="payments",
    table="payment",
    key="PayNum",
    order="t.PayNum",
    equal=("PatNum", "PayType"),
    since=("DateEntry",),
    joins="LEFT JOIN definition d ON d.DefNum = t.PayType",
    indexes=("PatNum",),
    fields=(
        Field("PayNum", INT),
        Field("PayType", INT),
        Field("payType", sql="COALESCE(d.ItemName, '')"),
        Field("PayDate", DATE),
        Field("PayAmt", MONEY_TEXT),
        Field("CheckNum"),
        Field("BankBranch"),
        Field("PayNote"),
        Field("IsSplit", BOOL),
        Field("PatNum", INT),
        Field("ClinicNum", INT),
        Field("DateEntry", DATE),
        Field("ProcessStatus", choices=("OnlineProcessed", "OnlinePending")),
        Field("SecDateTEdit", DATETIME),
    ),
)

PAY_SPLITS = Resource(
    name="paysplits",
    table="paysplit",
    key="SplitNum",
    order="t.SplitNum",
    equal=("PatNum", "PayNum", "ProcNum"),
    joins="LEFT JOIN definition d ON d.DefNum = t.UnearnedType",
    indexes=("PatNum", "PayNum", "ProcNum"),
    fields=(
        Field("SplitNum", INT),
        Field("SplitAmt", MONEY_TEXT),
        Field("PatNum", INT),
        Field("PayNum", INT),
        Field("ProvNum", INT),
        Field("PayPlanNum", INT),
        Field("DatePay", DATE),
        Field("ProcNum", INT),
        Field("ClinicNum", INT),
        Field("UnearnedType", INT),
        Field("unearnedType", sql="COALESCE(d.ItemName, '')"),
        Field("AdjNum", INT),
        Field("PayPlanChargeNum", INT),
        Field("PayPlanDebitType", choices=("Unknown", "Principal", "Interest")),
    ),
)

PAY_PLANS = Resource(
    name="payplans",
    table="payplan",
    key="PayPlanNum",
    order="t.PayPlanNum",
    equal=("PatNum", "Guarantor"),
    joins="LEFT JOIN definition d ON d.DefNum = t.PlanCategory",
    fields=(
        Field("PayPlanNum", INT),
        Field("PatNum", INT),
        Field("Guarantor", INT),
        Field("PayPlanDate", DATE),
        Field("APR", Kind.REAL),
        Field("Note"),
        Field("PlanNum", INT),
        Field("InsSubNum", INT),
        Field("CompletedAmt", MONEY),
        Field("PaySchedule", default="Monthly"),
        Field("NumberOfPayments", INT),
        Field("PayAmt", MONEY),
        Field("DownPayment", MONEY),
        Field("IsClosed", BOOL),
        Field("PlanCategory", INT),
        Field("planCategory", sql="COALESCE(d.ItemName, '')"),
        Field("IsDynamic", BOOL, default="true"),
        Field("ChargeFrequency", default="Monthly", choices=FREQUENCIES),
        Field("DatePayPlanStart", DATE),
        Field("IsLocked", BOOL, default="true"),
        Field("DateInterestStart", DATE),
        Field("DynamicPayPlanTPOption", default="AwaitComplete", choices=("None", "AwaitComplete", "TreatAsComplete")),
        Field("principalAmount", MONEY),
        Field("SheetDefNum", INT),
    ),
)

PAY_PLAN_CHARGES = Resource(
    name="payplancharges",
    table="payplancharge",
    key="PayPlanChargeNum",
    order="t.PayPlanChargeNum",
    equal=("PayPlanNum",),
    required_filters=("PayPlanNum",),
    indexes=("PayPlanNum",),
    fields=(
        Field("PayPlanChargeNum", INT),
        Field("PayPlanNum", INT),
        Field("Guarantor", INT),
        Field("PatNum", INT),
        Field("ChargeDate", DATE),
        Field("Principal", MONEY),
        Field("Interest", MONEY),
        Field("Note"),
        Field("ProvNum", INT),
        Field("ClinicNum", INT),
        Field("ChargeType", choices=("Debit", "Credit")),
        Field("FKey", INT),
        Field("LinkType", default="Procedure", choices=("Procedure", "Adjustment")),
        Field("IsOffset", BOOL),
        Field("SecDateTEntry", DATETIME),
        Field("SecDateTEdit", DATETIME),
        Field("StatementNum", INT),
    ),
)

PAY_PLAN_LINKS = Resource(
    name="payplanlinks",
    table="payplanlink",
    key="PayPlanLinkNum",
    order="t.PayPlanLinkNum",
    equal=("PayPlanNum",),
    fields=(
        Field("PayPlanLinkNum", INT),
        Field("PayPlanNum", INT),
        Field("LinkType", default="Procedure", choices=("Procedure", "Adjustment")),
        Field("FKey", INT),
        Field("AmountOverride", MONEY),
        Field("SecDateTEntry", DATETIME),
    ),
)

ADJUSTMENTS = Resource(
    name="adjustments",
    table="adjustment",
    key="AdjNum",
    order="t.AdjNum",
    equal=("PatNum", "AdjType", "ProcNum"),
    required_filters=("PatNum",),
    joins="LEFT JOIN definition d ON d.DefNum = t.AdjType",
    indexes=("PatNum", "ProcNum"),
    fields=(
        Field("AdjNum", INT),
        Field("AdjDate", DATE),
        Field("AdjAmt", MONEY),
        Field("PatNum", INT),
        Field("AdjType", INT),
        Field("adjType", sql="COALESCE(d.ItemName, '')"),
        Field("ProvNum", INT),
        Field("AdjNote"),
        Field("ProcDate", DATE),
        Field("ProcNum", INT),
        Field("DateEntry", DATE),
        Field("ClinicNum", INT),
        Field("SecUserNumEntry", INT),
        Field("SecDateTEdit", DATETIME),
    ),
)

CLAIM_STATUSES = ("NotReceived", "Received", "Preauth", "Adjustment", "Supplemental", "CapClaim", "Estimate",
                  "CapComplete", "CapEstimate", "InsHist")  # fmt: skip

CLAIM_PROCS = Resource(
    name="claimprocs",
    table="claimproc",
    key="ClaimProcNum",
    order="t.ClaimProcNum",
    equal=("PatNum", "ProcNum", "PayPlanNum"),
    indexes=("PatNum", "ProcNum"),
    fields=(
        Field("ClaimProcNum", INT),
        Field("ProcNum", INT),
        Field("ClaimNum", INT),
        Field("PatNum", INT),
        Field("ProvNum", INT),
        Field("FeeBilled", MONEY),
        Field("InsPayEst", MONEY),
        Field("Status", choices=CLAIM_STATUSES),
        Field("InsPayAmt", MONEY),
        Field("PlanNum", INT),
        Field("WriteOff", MONEY),
        Field("CodeSent"),
        Field("ProcDate", DATE),
        Field("InsEstTotal", MONEY),
        Field("InsEstTotalOverride", MONEY, default=NOT_KNOWN),
        Field("WriteOffEst", MONEY, default=NOT_KNOWN),
        Field("WriteOffEstOverride", MONEY, default=NOT_KNOWN),
        Field("ClinicNum", INT),
        Field("InsSubNum", INT),
        Field("PayPlanNum", INT),
        Field("SecDateTEdit", DATETIME),
    ),
)

ALL = (PAYMENTS, PAY_SPLITS, PAY_PLANS, PAY_PLAN_CHARGES, PAY_PLAN_LINKS, ADJUSTMENTS, CLAIM_PROCS)
