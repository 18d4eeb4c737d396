"""The file of plan categories, templates and words: the data folder's own, else the one that is shipped."""

from pathlib import Path

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from domain.plan_catalogue import FIELDS, PlanCatalogue, filled

SHIPPED = Path(__file__).with_name("plans.yaml")


class CatalogueError(Exception):
    """The file cannot be used; the message names file, key and the mend."""


def read_catalogue(home: Path | None = None) -> PlanCatalogue:
    """`home` is the data folder. Raises CatalogueError for a file that is wrong, an unknown field included."""
    own = home / "plans.yaml" if home else None
    path = own if own and own.is_file() else SHIPPED
    try:
        catalogue = PlanCatalogue.model_validate(YAML(typ="safe").load(path.read_text("utf-8")))
    except MarkedYAMLError as wrong:
        raise CatalogueError(f"{path}: this is not YAML: {wrong.problem}") from wrong
    except ValidationError as wrong:
        lines = [f"{path}: {'.'.join(map(str, error['loc']))}: {error['msg']}" for error in wrong.errors()]
        raise CatalogueError("\n".join(lines)) from wrong
    _check_words(path, catalogue)
    return catalogue


def _check_words(path: Path, catalogue: PlanCatalogue) -> None:
    sample = dict.fromkeys(FIELDS, "x")
    for name, words in (("agreement", catalogue.agreement), ("card_permission", catalogue.card_permission)):
        if "en" not in words:
            raise CatalogueError(f"{path}: {name}.en is missing; English is what other languages fall back to")
        for language in words:
            try:
                filled(words, language, sample)
            except (KeyError, ValueError) as unknown:
                known = ", ".join(f"${field}" for field in FIELDS)
                raise CatalogueError(f"{path}: {name}.{language}: {unknown}; known fields: {known}") from unknown
