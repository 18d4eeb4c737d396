from tests.databases import sqlite_database, sqlite_template
from tests.workflows.conftest import stack, template

__all__ = ["sqlite_database", "sqlite_template", "stack", "template"]
