"""How an office is set up: clinics, providers, chairs, codes, fees, definitions, users."""

from __future__ import annotations

from sandbox.opendental.resource import Filter, Resource
from sandbox.opendental.wire import Field, Kind

INT, BOOL, MONEY, DATETIME = Kind.INT, Kind.BOOL, Kind.MONEY, Kind.DATETIME

CLINICS = Resource(
    name="clinics",
    table="clinic",
    key="ClinicNum",
    order="t.ClinicNum",
    fields=(
        Field("ClinicNum", INT),
        Field("Description"),
        Field("Address"),
        Field("City"),
        Field("State"),
        Field("Zip"),
        Field("Phone"),
        Field("Abbr"),
        Field("IsHidden", BOOL),
        Field("ItemOrder", INT),
    ),
)

PROVIDERS = Resource(
    name="providers",
    table="provider",
    key="ProvNum",
    order="t.ItemOrder, t.ProvNum",
    equal=("ClinicNum",),
    since=("DateTStamp",),
    server_time=True,
    fields=(
        Field("ProvNum", INT),
        Field("Abbr"),
        Field("ItemOrder", INT),
        Field("LName"),
        Field("FName"),
        Field("MI"),
        Field("Suffix"),
        Field("FeeSched", INT),
        Field("Specialty"),
        Field("IsSecondary", BOOL),
        Field("ProvColor"),
        Field("IsHidden", BOOL),
        Field("IsNotPerson", BOOL),
        Field("ProvStatus", choices=("Active", "Deleted")),
        Field("PreferredName"),
        Field("ClinicNum", INT),
        Field("DateTStamp", DATETIME),
    ),
)

OPERATORIES = Resource(
    name="operatories",
    table="operatory",
    key="OperatoryNum",
    order="t.ItemOrder, t.OperatoryNum",
    equal=("ClinicNum",),
    fields=(
        Field("OperatoryNum", INT),
        Field("OpName"),
        Field("Abbrev"),
        Field("ItemOrder", INT),
        Field("IsHidden", BOOL),
        Field("ProvDentist", INT),
        Field("ProvHygienist", INT),
        Field("IsHygiene", BOOL),
        Field("ClinicNum", INT),
        Field("SetProspective", BOOL),
        Field("IsWebSched", BOOL),
        Field("OperatoryType", INT),
        Field("DateTStamp", DATETIME),
    ),
)

APPOINTMENT_TYPES = Resource(
    name="appointmenttypes",
    table="appointmenttype",
    key="AppointmentTypeNum",
    order="t.ItemOrder",
    fields=(
        Field("AppointmentTypeNum", INT),
        Field("AppointmentTypeName"),
        Field("appointmentTypeColor", default="255,255,255"),
        Field("ItemOrder", INT),
        Field("IsHidden", BOOL),
        Field("Pattern"),
        Field("CodeStr"),
        Field("CodeStrRequired"),
        Field("RequiredProcCodesNeeded", default="0"),
        Field("BlockoutTypes"),
    ),
)

PROCEDURE_CODES = Resource(
    name="procedurecodes",
    table="procedurecode",
    joins="LEFT JOIN definition c ON c.DefNum = t.ProcCat",
    key="CodeNum",
    order="t.ProcCode",
    equal=("ProcCode",),
    indexes=("ProcCode",),
    fields=(
        Field("CodeNum", INT),
        Field("ProcCode"),
        Field("Descript"),
        Field("AbbrDesc"),
        Field("ProcTime"),
        Field("ProcCat", INT),
        Field("procCat", sql="COALESCE(c.ItemName, '')"),
        Field("TreatArea", default="None"),
        Field("IsHygiene", BOOL),
        Field("ProvNumDefault", INT),
    ),
)

FEES = Resource(
    name="fees",
    table="fee",
    key="FeeNum",
    order="t.FeeNum",
    equal=("FeeSched", "CodeNum", "ClinicNum", "ProvNum"),
    indexes=("CodeNum",),
    fields=(
        Field("FeeNum", INT),
        Field("Amount", MONEY),
        Field("FeeSched", INT),
        Field("CodeNum", INT),
        Field("ClinicNum", INT),
        Field("ProvNum", INT),
    ),
)

PREFERENCES = Resource(
    name="preferences",
    table="preference",
    key="PrefNum",
    order="t.PrefName",
    equal=("PrefName",),
    fields=(Field("PrefNum", INT), Field("PrefName"), Field("ValueString")),
)

DEFINITIONS = Resource(
    name="definitions",
    table="definition",
    key="DefNum",
    order="t.Category, t.ItemOrder",
    equal=("Category",),
    more_filters=(("includeHidden", Filter("(? = 'true' OR t.isHidden = 'false')", Field("includeHidden", BOOL))),),
    indexes=("Category, ItemOrder",),
    fields=(
        Field("DefNum", INT),
        Field("Category", INT),
        Field("ItemOrder", INT),
        Field("ItemName"),
        Field("ItemValue"),
        Field("ItemColor", default="255,255,255"),
        Field("isHidden", BOOL),
    ),
)

USERODS = Resource(
    name="userods",
    table="userod",
    key="UserNum",
    order="t.UserNum",
    fields=(
        Field("UserNum", INT),
        Field("UserName"),
        Field("userGroupNums"),
        Field("EmployeeNum", INT),
        Field("ClinicNum", INT),
        Field("ProvNum", INT),
        Field("emailAddress"),
        Field("IsHidden", BOOL),
        Field("TaskListInBox", INT),
    ),
)

ALL = (
    CLINICS,
    PROVIDERS,
    OPERATORIES,
    APPOINTMENT_TYPES,
    PROCEDURE_CODES,
    FEES,
    PREFERENCES,
    DEFINITIONS,
    USERODS,
)
