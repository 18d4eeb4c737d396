from tests.workflows.conftest import stack, template

__all__ = ["stack", "template"]
