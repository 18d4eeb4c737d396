from tests.databases import database, database_url, postgres, sqlite_database, sqlite_template

__all__ = ["database", "database_url", "postgres", "sqlite_database", "sqlite_template"]
