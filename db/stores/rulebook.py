"""Rule files as managers saved them: every version is kept, one is in force."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import col, select

from db.clock import Clock
from db.rows import insert_new
from db.session import Database
from db.tables.rulebook import RuleActivationRow, RuleVersionRow


class RuleStore:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def save(self, version: str, files: Mapping[str, str], author: str, note: str) -> bool:
        """Keep these files under their content's hash; False when this content is known already."""
        row = {"version": version, "files": dict(files), "author": author, "note": note}
        with self._database.write() as session:
            return insert_new(session, RuleVersionRow, [{**row, "created_at": self._clock.now()}]) == 1

    def activate(self, version: str, author: str, note: str = "", active_from: datetime | None = None) -> None:
        """Put a saved version in force, at once when no instant is given; KeyError when it was never saved."""
        since = active_from or self._clock.now()
        with self._database.write() as session:
            if session.get(RuleVersionRow, version) is None:
                raise KeyError(f"no rule version {version} was ever saved")
            session.add(RuleActivationRow(version=version, active_from=since, author=author, note=note))

    def active_version(self) -> str:
        """The version in force now, "" when none was ever activated."""
        newest = select(RuleActivationRow.version).where(RuleActivationRow.active_from <= self._clock.now())
        ordered = newest.order_by(col(RuleActivationRow.active_from).desc(), col(RuleActivationRow.id).desc())
        with self._database.read() as session:
            return session.exec(ordered.limit(1)).first() or ""

    def active_files(self) -> Mapping[str, str] | None:
        """The rule files in force now, by name; None when nobody saved any."""
        return self.files(self.active_version())

    def files(self, version: str) -> Mapping[str, str] | None:
        with self._database.read() as session:
            row = session.get(RuleVersionRow, version)
            return row.files if row else None

    def versions(self) -> Sequence[RuleVersionRow]:
        """Newest first."""
        with self._database.read() as session:
            return session.exec(select(RuleVersionRow).order_by(col(RuleVersionRow.created_at).desc())).all()

    def activations(self) -> Sequence[RuleActivationRow]:
        """Who put what in force and when, newest first."""
        newest_first = select(RuleActivationRow).order_by(
            col(RuleActivationRow.active_from).desc(), col(RuleActivationRow.id).desc()
        )
        with self._database.read() as session:
            return session.exec(newest_first).all()
