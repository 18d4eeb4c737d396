from tests.activities.conftest import idle
from tests.databases import sqlite_database, sqlite_template
from tests.workflows.conftest import stack, template

__all__ = ["idle", "sqlite_database", "sqlite_template", "stack", "template"]
