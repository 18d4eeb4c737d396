"""Bit masks agree with plain sets of cell numbers."""

from hypothesis import given
from hypothesis import strategies as st

from domain.openings_masks import (
    CellSet,
    first_clear,
    longest_clear,
    meeting_pattern,
    off_grid,
    ones,
    provider_bits,
    provider_runs,
    touching,
)

SMALL_MASKS = st.integers(0, 2**40 - 1)


def positions(mask: int) -> set[int]:
    return {at for at in range(mask.bit_length()) if mask >> at & 1}


@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 900))), st.integers(0, 2000), st.integers(1, 900))
def test_a_cell_set_remembers_every_cell_over_days(stretches: list[tuple[int, int]], first: int, cells: int) -> None:
    kept = CellSet()
    plain: set[int] = set()
    for start, length in stretches:
        kept.add(start, ones(length))
        plain.update(range(start, start + length))
    assert positions(kept.window(first, cells)) == {cell - first for cell in plain if first <= cell < first + cells}


@given(SMALL_MASKS, st.integers(1, 20))
def test_touching_marks_each_start_that_would_meet_a_busy_cell(busy: int, cells: int) -> None:
    met = touching(busy, cells)
    for start in range(45):
        assert bool(met >> start & 1) == any(busy >> (start + n) & 1 for n in range(cells))


@given(SMALL_MASKS, st.text("X/", max_size=12))
def test_only_provider_cells_of_a_pattern_meet(busy: int, pattern: str) -> None:
    met = meeting_pattern(busy, pattern)
    for start in range(45):
        assert bool(met >> start & 1) == any(busy >> (start + n) & 1 for n, mark in enumerate(pattern) if mark == "X")


@given(st.text("X/", max_size=60))
def test_runs_and_bits_spell_the_pattern(pattern: str) -> None:
    cells = {at for at, mark in enumerate(pattern) if mark == "X"}
    assert positions(provider_bits(pattern)) == cells
    assert {offset + n for offset, length in provider_runs(pattern) for n in range(length)} == cells


@given(SMALL_MASKS, st.integers(0, 45))
def test_first_clear_is_the_next_free_position(mask: int, at: int) -> None:
    found = first_clear(mask, at)
    assert found >= at
    assert not mask >> found & 1
    assert all(mask >> passed & 1 for passed in range(at, found))


def test_off_grid_leaves_only_the_grid() -> None:
    assert positions(off_grid(7, 0, 2)) == {1, 3, 5}
    assert positions(off_grid(7, 1, 3)) == {0, 1, 3, 4, 6}
    assert off_grid(7, 0, 1) == 0


def test_longest_clear_counts_the_edges() -> None:
    assert longest_clear(0b0001000, 7) == 3
    assert longest_clear(0b1000001, 7) == 5
    assert longest_clear(0, 7) == 7
    assert longest_clear(0b1111111, 7) == 0
    assert longest_clear(0, 0) == 0
