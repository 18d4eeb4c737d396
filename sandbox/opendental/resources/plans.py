"""Treatment: plans, the rows of plans, procedures."""

from __future__ import annotations

from sandbox.opendental.resource import Resource
from sandbox.opendental.wire import Field, Kind

INT, BOOL, DATE, DATETIME = Kind.INT, Kind.BOOL, Kind.DATE, Kind.DATETIME
MONEY, MONEY_TEXT = Kind.MONEY, Kind.MONEY_TEXT

PROC_STATUSES = ("TP", "C", "EC", "EO", "R", "D", "Cn", "TPi")

TREAT_PLANS = Resource(
    name="treatplans",
    table="treatplan",
    key="TreatPlanNum",
    order="t.TreatPlanNum",
    equal=("PatNum", "TPStatus"),
    since=("SecDateTEdit",),
    indexes=("SecDateTEdit, TreatPlanNum", "PatNum"),
    fields=(
        Field("TreatPlanNum", INT),
        Field("PatNum", INT),
        Field("DateTP", DATE),
        Field("Heading"),
        Field("Note"),
        Field("SigIsTopaz", BOOL),
        Field("ResponsParty", INT),
        Field("DocNum", INT),
        Field("TPStatus", default="Inactive", choices=("Saved", "Active", "Inactive")),
        Field("SecUserNumEntry", INT),
        Field("SecDateEntry", DATE),
        Field("SecDateTEdit", DATETIME),
        Field("UserNumPresenter", INT),
        Field("TPType", choices=("Insurance", "Discount")),
        Field("DateTSigned", DATETIME),
        Field("DateTPracticeSigned", DATETIME),
        Field("SignatureText"),
        Field("SignaturePracticeText"),
        Field("isSigned", BOOL),
        Field("isSignedPractice", BOOL),
    ),
)

PROC_TPS = Resource(
    name="proctps",
    table="proctp",
    key="ProcTPNum",
    order="t.ItemOrder, t.ProcTPNum",
    equal=("TreatPlanNum",),
    required_filters=("TreatPlanNum",),
    joins="LEFT JOIN definition d ON d.DefNum = t.Priority",
    indexes=("TreatPlanNum",),
    fields=(
        Field("ProcTPNum", INT),
        Field("TreatPlanNum", INT),
        Field("PatNum", INT),
        Field("ProcNumOrig", INT),
        Field("ItemOrder", INT),
        Field("Priority", INT),
        Field("priority", sql="COALESCE(d.ItemName, '')"),
        Field("ToothNumTP"),
        Field("Surf"),
        Field("ProcCode"),
        Field("Descript"),
        Field("FeeAmt", MONEY),
        Field("PriInsAmt", MONEY),
        Field("SecInsAmt", MONEY),
        Field("PatAmt", MONEY),
        Field("Discount", MONEY),
        Field("Prognosis"),
        Field("Dx"),
        Field("ProcAbbr"),
        Field("SecDateTEdit", DATETIME),
        Field("FeeAllowed", MONEY),
        Field("TaxAmt", MONEY),
        Field("ProvNum", INT),
        Field("DateTP", DATE),
        Field("ClinicNum", INT),
        Field("CatPercUCR", MONEY),
    ),
)

TREAT_PLAN_ATTACHES = Resource(
    name="treatplanattaches",
    table="treatplanattach",
    key="TreatPlanAttachNum",
    order="t.TreatPlanAttachNum",
    equal=("TreatPlanNum",),
    required_filters=("TreatPlanNum",),
    joins="LEFT JOIN definition d ON d.DefNum = t.Priority",
    indexes=("TreatPlanNum",),
    fields=(
        Field("TreatPlanAttachNum", INT),
        Field("TreatPlanNum", INT),
        Field("ProcNum", INT),
        Field("Priority", INT),
        Field("priority", sql="COALESCE(d.ItemName, '')"),
    ),
)

PROCEDURE_LOGS = Resource(
    name="procedurelogs",
    table="procedurelog",
    key="ProcNum",
    order="t.ProcNum DESC",
    equal=("PatNum", "AptNum", "PlannedAptNum", "ProcStatus", "CodeNum", "ClinicNum"),
    since=("DateTStamp",),
    joins=(
        "LEFT JOIN procedurecode c ON c.CodeNum = t.CodeNum LEFT JOIN provider p ON p.ProvNum = t.ProvNum "
        "LEFT JOIN definition d ON d.DefNum = t.Priority"
    ),
    indexes=("PatNum", "AptNum", "PlannedAptNum", "DateTStamp"),
    server_time=True,
    fields=(
        Field("ProcNum", INT),
        Field("PatNum", INT),
        Field("AptNum", INT),
        Field("PlannedAptNum", INT),
        Field("ProcDate", DATE),
        Field("ProcFee", MONEY_TEXT),
        Field("Surf"),
        Field("ToothNum"),
        Field("ToothRange"),
        Field("Priority", INT),
        Field("priority", sql="COALESCE(d.ItemName, '')"),
        Field("ProcStatus", choices=PROC_STATUSES),
        Field("ProvNum", INT),
        Field("provAbbr", sql="COALESCE(p.Abbr, '')"),
        Field("Dx", INT),
        Field("dxName", sql="''"),
        Field("ClinicNum", Kind.INT_TEXT),
        Field("CodeNum", INT),
        Field("procCode", sql="COALESCE(c.ProcCode, '')"),
        Field("descript", sql="COALESCE(c.Descript, '')"),
        Field("UnitQty", INT, default=1),
        Field("BaseUnits", INT),
        Field("DateTP", DATE),
        Field("Discount", MONEY),
        Field("DateTStamp", DATETIME),
        Field("SecDateEntry", DATE),
    ),
)

ALL = (TREAT_PLANS, PROC_TPS, TREAT_PLAN_ATTACHES, PROCEDURE_LOGS)
