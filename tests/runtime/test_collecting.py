"""A started process does not collect what it was started with."""

import gc

from runtime.collecting import keep_what_is_loaded


def test_what_is_loaded_is_walked_over_no_more() -> None:
    loaded = [[number] for number in range(1_000)]
    try:
        keep_what_is_loaded()
        assert gc.get_freeze_count() > len(loaded)
        assert not any(each is loaded for each in gc.get_objects())
    finally:
        gc.unfreeze()
