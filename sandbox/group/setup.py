"""Fills in how each office is set up."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.group.layout import Code, Location, codes, definition_num, definitions
from sandbox.opendental.patterns import expanded
from sandbox.opendental.resource import Row, insert_many
from sandbox.opendental.resources import people, setup, work
from sandbox.store import Store

TASK_LISTS = ("Treatment Coordinator", "Front Desk", "Office Manager")
API_USER = "ChairtimeAPI"
TX_STATUS = "Tx Plan Status"
STAMP = "2020-01-01 08:00:00"
SPECIALTIES = {"dentist": "General", "surgeon": "OralSurgery", "hygienist": "Hygienist"}


def fill_office(store: Store, place: Location) -> None:
    """Everything about an office that does not change from seed to seed."""
    o = place.office
    row = (o.number, o.key, o.name, o.zone_name, o.increment, o.kind)
    store.execute("INSERT INTO office VALUES (?, ?, ?, ?, ?, ?)", row)
    fill_clinic(store, place)
    tables = (
        (setup.DEFINITIONS, _definitions(place)),
        (setup.PROCEDURE_CODES, _codes(place)),
        (setup.FEES, _fees(place)),
        (setup.APPOINTMENT_TYPES, _appointment_types(place)),
        (setup.PREFERENCES, _preferences(place)),
        (setup.USERODS, _users(place)),
        (work.TASK_LISTS, _task_lists(place)),
        (people.PAT_FIELD_DEFS, [_tx_status(place)]),
    )
    for resource, rows in tables:
        insert_many(store, resource, o.number, rows)


def fill_clinic(store: Store, place: Location) -> None:
    """Where it is, who works there, and its chairs."""
    tables = (
        (setup.CLINICS, [_clinic(place)]),
        (setup.PROVIDERS, _providers(place)),
        (setup.OPERATORIES, _chairs(place)),
    )
    for resource, rows in tables:
        insert_many(store, resource, place.office.number, rows)


def _clinic(place: Location) -> Row:
    return {
        "ClinicNum": place.clinic_num,
        "Description": place.name,
        "Address": place.address,
        "City": place.city,
        "State": place.state,
        "Zip": place.zip,
        "Phone": place.phone,
        "Abbr": place.abbr,
    }


def _definitions(place: Location) -> Iterator[Row]:
    for order, (category, name, value) in enumerate(definitions()):
        number = definition_num(place.office.number, category, name)
        yield {"DefNum": number, "Category": category, "ItemOrder": order, "ItemName": name, "ItemValue": value}


def _providers(place: Location) -> Iterator[Row]:
    for staff in place.staff:
        yield {
            "ProvNum": place.num(staff.num),
            "Abbr": f"{place.abbr}-{staff.last[:4]}",
            "ItemOrder": staff.num,
            "FName": staff.first,
            "LName": staff.last,
            "Suffix": staff.suffix,
            "FeeSched": place.fee_schedule,
            "Specialty": SPECIALTIES.get(staff.role, staff.role.capitalize()),
            "IsSecondary": "true" if staff.role == "hygienist" else "false",
            "ClinicNum": place.clinic_num,
            "PreferredName": staff.first,
            "DateTStamp": STAMP,
        }


def _chairs(place: Location) -> Iterator[Row]:
    for chair in place.chairs:
        yield {
            "OperatoryNum": place.num(chair.num),
            "OpName": chair.name,
            "Abbrev": f"Op{chair.num}",
            "ItemOrder": chair.num,
            "ProvDentist": place.num(chair.provider),
            "ProvHygienist": place.num(chair.hygienist) if chair.hygienist else 0,
            "IsHygiene": "true" if chair.hygienist else "false",
            "ClinicNum": place.clinic_num,
            "DateTStamp": STAMP,
        }


def _codes(place: Location) -> Iterator[Row]:
    for order, code in enumerate(offered(place), 1):
        yield {
            "CodeNum": code_num(place, order),
            "ProcCode": code.code,
            "Descript": code.description,
            "AbbrDesc": code.abbr,
            "ProcTime": code.pattern(place.office.increment),
            "ProcCat": definition_num(place.office.number, 11, code.category),
            "IsHygiene": "true" if code.role == "hygienist" else "false",
        }


def offered(place: Location) -> list[Code]:
    """The codes that the office has a fee for."""
    return [c for c in codes().values() if c.kind == place.office.kind]


def code_num(place: Location, order: int) -> int:
    """CodeNums are office x 1000 + the place among the office's codes, counted from 1."""
    return place.office.number * 1000 + order


def code_nums(place: Location) -> dict[str, int]:
    return {code.code: code_num(place, order) for order, code in enumerate(offered(place), 1)}


def _fees(place: Location) -> Iterator[Row]:
    for order, code in enumerate(offered(place), 1):
        number = code_num(place, order)
        yield {"FeeNum": number, "CodeNum": number, "Amount": code.fee_cents, "FeeSched": place.fee_schedule}


def _appointment_types(place: Location) -> Iterator[Row]:
    """One for each role, with the pattern and the code of its most usual visit."""
    usual = {"dentist": "D0150", "hygienist": "D1110", "surgeon": "D6010"}
    usual |= {"injector": "CONS30", "aesthetician": "HYDRA"}
    roles = dict.fromkeys(staff.role for staff in place.staff)
    for order, role in enumerate(roles, 1):
        code = codes()[usual[role]]
        yield {
            "AppointmentTypeNum": place.num(order),
            "AppointmentTypeName": code.description,
            "ItemOrder": order,
            "Pattern": expanded(code.pattern(place.office.increment), place.office.increment),
            "CodeStr": code.code,
        }


def _preferences(place: Location) -> Iterator[Row]:
    values = {
        "AppointmentTimeIncrement": str(place.office.increment),
        "ApiPaymentType": str(definition_num(place.office.number, 10, "Credit Card")),
        "ApptsAllowOverlap": "0",
        "PracticeTitle": place.office.name,
        "PracticePhone": place.phone,
    }
    for order, (name, value) in enumerate(values.items(), 1):
        yield {"PrefNum": place.num(order), "PrefName": name, "ValueString": value}


def _users(place: Location) -> Iterator[Row]:
    """The people at the lists, in the lists' order, then the user that the API writes as."""
    for order, name in enumerate((*place.users, API_USER), 1):
        inbox = place.num(order) if order <= len(TASK_LISTS) else 0
        row = {"UserNum": place.num(order), "UserName": name, "TaskListInBox": inbox}
        yield row | {"ClinicNum": place.clinic_num}


def _task_lists(place: Location) -> Iterator[Row]:
    for order, name in enumerate(TASK_LISTS, 1):
        yield {"TaskListNum": place.num(order), "Descript": name, "DateTimeEntry": STAMP}


def _tx_status(place: Location) -> Row:
    options = "\n".join(("Presented", "Accepted", "Declined"))
    number = {"PatFieldDefNum": place.num(1)}
    return number | {"FieldName": TX_STATUS, "FieldType": "PickList", "PickList": options}
