"""Versions of the rule files, by content."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from db.columns import JsonObject
from db.tables.base import Row


class RuleVersionRow(Row, table=True):
    """``version`` is a hash of the files; ``scope`` a location key, or "" for all of them."""

    __tablename__ = "rule_versions"
    __table_args__ = (Index(None, "scope", "active_from"),)

    version: str = Field(primary_key=True)
    scope: str = Field(primary_key=True)
    files: JsonObject
    author: str
    note: str
    created_at: datetime
    active_from: datetime | None = None
