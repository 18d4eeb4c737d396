from tests.databases import postgres, sqlite_template
from tests.workflows.conftest import template

__all__ = ["postgres", "sqlite_template", "template"]
