"""Importing this module puts every table into the metadata; migrations and schema checks start here."""

from db.tables import cases, holds, inbox, links, metrics, mirror, money, offers, plans, rulebook, running, tasks, texts
from db.tables.base import Row

MODULES = (cases, holds, inbox, links, metrics, mirror, money, offers, plans, rulebook, running, tasks, texts)
metadata = Row.metadata
