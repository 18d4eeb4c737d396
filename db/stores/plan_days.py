"""Which days a location's plans were run for, and where the PMS's charges differ from ours."""

from collections.abc import Sequence

from sqlalchemy import delete
from sqlmodel import col, select

from db.rows import as_record, as_records, put, values_of
from db.session import Database
from db.tables.plans import PlanDayRow, PlanDifferenceRow, PlanMoneyDifferenceRow, PlanRow, PlanTermDifferenceRow
from domain.plan_records import PlanDay, PlanDifference, PlanMoneyDifference, PlanTermDifference


class PlanDayStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    def done(self, day: PlanDay) -> None:
        """The run of this day is done; the first word stands."""
        with self._database.write() as session:
            if session.get(PlanDayRow, (day.location, day.day)) is None:
                session.add(PlanDayRow(**dict(day)))

    def last(self, location: str) -> PlanDay | None:
        """The last day that was run."""
        days = select(PlanDayRow).where(PlanDayRow.location == location).order_by(col(PlanDayRow.day).desc()).limit(1)
        with self._database.read() as session:
            row = session.exec(days).first()
            return as_record(PlanDay, row) if row else None

    def replace_differences(self, plan_id: str, found: Sequence[PlanDifference]) -> None:
        """What a comparison found takes the place of what the one before found."""
        with self._database.write() as session:
            session.exec(delete(PlanDifferenceRow).where(col(PlanDifferenceRow.plan_id) == plan_id))
            put(session, PlanDifferenceRow, [values_of(each) for each in found])

    def replace_money_differences(self, plan_id: str, found: Sequence[PlanMoneyDifference]) -> None:
        """What a comparison of payments found takes the place of what the one before found."""
        with self._database.write() as session:
            session.exec(delete(PlanMoneyDifferenceRow).where(col(PlanMoneyDifferenceRow.plan_id) == plan_id))
            put(session, PlanMoneyDifferenceRow, [values_of(each) for each in found])

    def money_differences(
        self, location: str = "", plan_id: str = "", limit: int = 500
    ) -> Sequence[PlanMoneyDifference]:
        """Newest dates first."""
        table = PlanMoneyDifferenceRow
        found = select(table).join(PlanRow, col(PlanRow.id) == table.plan_id)
        if location:
            found = found.where(PlanRow.location == location)
        if plan_id:
            found = found.where(table.plan_id == plan_id)
        ordered = found.order_by(col(table.day).desc(), table.plan_id, col(table.reference)).limit(limit)
        with self._database.read() as session:
            return as_records(PlanMoneyDifference, session.exec(ordered).all())

    def replace_term_differences(self, plan_id: str, found: Sequence[PlanTermDifference]) -> None:
        """What was read back last takes the place of what was read before."""
        with self._database.write() as session:
            session.exec(delete(PlanTermDifferenceRow).where(col(PlanTermDifferenceRow.plan_id) == plan_id))
            put(session, PlanTermDifferenceRow, [values_of(each) for each in found])

    def term_differences(self, location: str = "", plan_id: str = "", limit: int = 500) -> Sequence[PlanTermDifference]:
        """By plan and name."""
        row = PlanTermDifferenceRow
        found = select(row).join(PlanRow, col(PlanRow.id) == row.plan_id)
        if location:
            found = found.where(PlanRow.location == location)
        if plan_id:
            found = found.where(row.plan_id == plan_id)
        with self._database.read() as session:
            return as_records(
                PlanTermDifference, session.exec(found.order_by(row.plan_id, row.name).limit(limit)).all()
            )

    def differences(self, location: str = "", plan_id: str = "", limit: int = 500) -> Sequence[PlanDifference]:
        """Newest dates first."""
        found = select(PlanDifferenceRow).join(PlanRow, col(PlanRow.id) == PlanDifferenceRow.plan_id)
        if location:
            found = found.where(PlanRow.location == location)
        if plan_id:
            found = found.where(PlanDifferenceRow.plan_id == plan_id)
        ordered = found.order_by(col(PlanDifferenceRow.day).desc(), PlanDifferenceRow.plan_id).limit(limit)
        with self._database.read() as session:
            return as_records(PlanDifference, session.exec(ordered).all())
