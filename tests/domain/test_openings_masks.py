"""Bit masks agree with plain sets of cell numbers."""

from hypothesis import given
from hypothesis import strategies as st

from domain.openings_masks import (
    first_one,
    longest_clear,
    meeting_pattern,
    off_grid,
    provider_bits,
    provider_runs,
    touching,
    window,
)

SMALL_MASKS = st.integers(0, 2**40 - 1)


def positions(mask: int) -> set[int]:
    return {at for at in range(mask.bit_length()) if mask >> at & 1}


@given(SMALL_MASKS, st.integers(-50, 50), st.integers(0, 60))
def test_a_window_moves_a_mask_and_cuts_it(mask: int, at: int, cells: int) -> None:
    assert positions(window(mask, at, cells)) == {bit - at for bit in positions(mask) if 0 <= bit - at < cells}


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


@given(st.integers(1, 2**40))
def test_first_one_is_the_lowest_position(mask: int) -> None:
    assert first_one(mask) == min(positions(mask))


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
