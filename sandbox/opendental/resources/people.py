"""Patients and what is noted about them."""

from __future__ import annotations

from dataclasses import replace

from sandbox.opendental.resource import Resource
from sandbox.opendental.wire import Field, Kind

INT, BOOL, DATE, DATETIME, MONEY = Kind.INT, Kind.BOOL, Kind.DATE, Kind.DATETIME, Kind.MONEY

PAT_STATUSES = ("Patient", "NonPatient", "Inactive", "Archived", "Deleted", "Deceased", "Prospective")
CONTACT_METHODS = (
    "None",
    "DoNotCall",
    "HmPhone",
    "WkPhone",
    "WirelessPh",
    "Email",
    "SeeNotes",
    "Mail",
    "TextMessage",
)
COMM_MODES = ("None", "Email", "Mail", "Phone", "In Person", "Text", "Email and Text", "Phone and Text")

_PATIENT_FIELDS = (
    Field("PatNum", INT),
    Field("LName"),
    Field("FName"),
    Field("MiddleI"),
    Field("Preferred"),
    Field("PatStatus", choices=PAT_STATUSES),
    Field("Gender", choices=("Male", "Female", "Unknown", "Other")),
    Field("Position", choices=("Single", "Married", "Child", "Widowed", "Divorced")),
    Field("Birthdate", DATE),
    Field("Address"),
    Field("City"),
    Field("State"),
    Field("Zip"),
    Field("HmPhone"),
    Field("WkPhone"),
    Field("WirelessPhone"),
    Field("Guarantor", INT),
    Field("Email"),
    Field("EstBalance", MONEY),
    Field("PriProv", INT),
    Field("priProvAbbr", sql="COALESCE(p.Abbr, '')"),
    Field("SecProv", INT),
    Field("BillingType"),
    Field("ChartNumber"),
    Field("BalTotal", MONEY),
    Field("ClinicNum", INT),
    Field("clinicAbbr", sql="COALESCE(c.Abbr, '')"),
    Field("PreferConfirmMethod", choices=CONTACT_METHODS),
    Field("PreferContactMethod", choices=CONTACT_METHODS),
    Field("PreferRecallMethod", choices=CONTACT_METHODS),
    Field("Language"),
    Field("TxtMsgOk", choices=("Unknown", "Yes", "No")),
    Field("SecDateEntry", DATE),
    Field("DateTStamp", DATETIME),
)
_PATIENT_FILTERS = ("LName", "FName", "Birthdate", "ClinicNum", "PatStatus", "PriProv", "Gender", "Position")

PATIENTS = Resource(
    name="patients",
    table="patient",
    key="PatNum",
    order="t.LName, t.FName, t.PatNum",
    equal=(*_PATIENT_FILTERS, "Guarantor"),
    joins="LEFT JOIN provider p ON p.ProvNum = t.PriProv LEFT JOIN clinic c ON c.ClinicNum = t.ClinicNum",
    indexes=("LName, FName, PatNum", "DateTStamp", "Guarantor"),
    fields=_PATIENT_FIELDS,
)

PATIENTS_SIMPLE = replace(PATIENTS, name="patients/Simple", order="t.PatNum", since=("DateTStamp",), server_time=True)

PAT_FIELDS = Resource(
    name="patfields",
    table="patfield",
    key="PatFieldNum",
    order="t.PatFieldNum",
    equal=("PatNum", "FieldName"),
    since=("SecDateTEdit",),
    indexes=("PatNum",),
    fields=(
        Field("PatFieldNum", INT),
        Field("PatNum", INT),
        Field("FieldName"),
        Field("FieldValue"),
        Field("SecDateEntry", DATE),
        Field("SecDateTEdit", DATETIME),
    ),
)

PAT_FIELD_DEFS = Resource(
    name="patfielddefs",
    table="patfielddef",
    key="PatFieldDefNum",
    order="t.PatFieldDefNum",
    fields=(
        Field("PatFieldDefNum", INT),
        Field("FieldName"),
        Field("FieldType", choices=("Text", "PickList", "Date", "Checkbox", "Currency")),
        Field("PickList"),
        Field("IsHidden", BOOL),
    ),
)

APPT_FIELDS = Resource(
    name="apptfields",
    table="apptfield",
    key="ApptFieldNum",
    order="t.ApptFieldNum",
    equal=("AptNum", "FieldName"),
    indexes=("AptNum",),
    fields=(Field("ApptFieldNum", INT), Field("AptNum", INT), Field("FieldName"), Field("FieldValue")),
)

COMMLOGS = Resource(
    name="commlogs",
    table="commlog",
    key="CommlogNum",
    order="t.CommDateTime, t.CommlogNum",
    equal=("PatNum",),
    required_filters=("PatNum",),
    joins="LEFT JOIN definition d ON d.DefNum = t.CommType",
    indexes=("PatNum",),
    fields=(
        Field("CommlogNum", INT),
        Field("PatNum", INT),
        Field("CommDateTime", DATETIME),
        Field("CommType", Kind.INT_TEXT),
        Field("commType", sql="COALESCE(d.ItemName, '')"),
        Field("Note"),
        Field("Mode_", default="Phone", choices=COMM_MODES),
        Field("SentOrReceived", default="Sent", choices=("Neither", "Sent", "Received")),
        Field("UserNum", INT),
        Field("DateTStamp", DATETIME),
    ),
)

DOCUMENTS = Resource(
    name="documents",
    table="document",
    key="DocNum",
    order="t.DateCreated, t.DocNum",
    equal=("PatNum",),
    required_filters=("PatNum",),
    joins="LEFT JOIN definition d ON d.DefNum = t.DocCategory",
    server_time=True,
    fields=(
        Field("DocNum", INT),
        Field("MountNum", INT),
        Field("PatNum", INT),
        Field("filePath"),
        Field("Description"),
        Field("Note"),
        Field("DateCreated", DATETIME),
        Field("DocCategory", INT),
        Field("docCategory", sql="COALESCE(d.ItemName, '')"),
        Field("ToothNumbers"),
        Field("ProvNum", INT),
        Field("DateTStamp", DATETIME),
    ),
)

ALL = (PATIENTS, PAT_FIELDS, PAT_FIELD_DEFS, APPT_FIELDS, COMMLOGS, DOCUMENTS)
