"""Versions of the rule files by content, and which of them was in force since when."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from db.columns import JsonObject
from db.tables.base import Row


class RuleVersionRow(Row, table=True):
    """``version`` is a hash of the files; ``files`` maps a file's name to its text."""

    __tablename__ = "rule_versions"

    version: str = Field(primary_key=True)
    files: JsonObject
    author: str
    note: str
    created_at: datetime


class RuleActivationRow(Row, table=True):
    """From ``active_from`` on, ``version`` is in force; going back to an older version is one more row."""

    __tablename__ = "rule_activations"
    __table_args__ = (Index(None, "active_from"),)

    id: int | None = Field(default=None, primary_key=True)
    version: str = Field(foreign_key="rule_versions.version")
    active_from: datetime
    author: str
    note: str
