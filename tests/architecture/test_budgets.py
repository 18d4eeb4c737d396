"""Long files and long functions are a sign of a missing noun."""

from statistics import median

from tests.architecture.source import files, functions, name

MOST_FILE_LINES = 400
MOST_FUNCTION_LINES = 60
TABLES = {"tests/rules/phrases.py", "tests/rules/wordings.py"}
"""Data written as Python: lists of phrases with what each means."""


def test_no_file_is_longer_than_400_lines() -> None:
    lengths = {name(path): len(path.read_text("utf-8").splitlines()) for path in files()}
    long = {path: lines for path, lines in lengths.items() if lines > MOST_FILE_LINES and path not in TABLES}
    assert not long, f"split these by subject: {long}"


def test_no_function_is_longer_than_60_lines() -> None:
    long = [
        f"{name(path)}:{f.lineno} {f.name} has {f.end_lineno - f.lineno + 1} lines"
        for path in files()
        for f in functions(path)
        if f.end_lineno is not None and f.end_lineno - f.lineno + 1 > MOST_FUNCTION_LINES and not _only_routes(f.name)
    ]
    assert not long, "\n".join(long)


def test_the_usual_file_and_function_are_short() -> None:
    product = [path for path in files() if not name(path).startswith("tests/") and path.name != "__init__.py"]
    assert median(len(path.read_text("utf-8").splitlines()) for path in product) <= 120
    sizes = [f.end_lineno - f.lineno + 1 for path in product for f in functions(path) if f.end_lineno is not None]
    assert median(sizes) <= 12


def test_every_init_is_empty() -> None:
    """The workflow sandbox imports them again for each workflow."""
    full = [name(path) for path in files() if path.name == "__init__.py" and path.read_text("utf-8").strip()]
    assert not full


def _only_routes(function: str) -> bool:
    """A router's function holds one small function a route; those are measured by themselves."""
    return function.endswith("router")
