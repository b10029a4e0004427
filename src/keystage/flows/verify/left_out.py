"""Pupils left out of a subject's percentages: the same few in every cell of the subject.

A pupil whose outcome is missing counts in TELIG but in no percentage of the subject. One such pupil
shows in many cells at once: each cell of the school over one pupil fewer, and of every division of
the school (boys and girls, disadvantaged and others, prior attainment) exactly one group over one
fewer. So the fewest left out that make *every* cell of the subject whole pupils is accepted, and a
single wrong cell is not excused: its neighbours would not fit.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from keystage.core.subjects import IN_PROGRESS
from keystage.flows.verify.names import COUNTS, PARTITIONS, PRIOR, WHOLE, score_of
from keystage.flows.verify.sheet import Sheet

_SUBJECTS, _TOGETHER = ("READ", "MAT", "WRIT"), "RWM"


@dataclass(slots=True)
class Block:
    """A school's percentages of one subject: by group its pupils, by group and measure the cells.

    ``unknown``: pupils without a key stage 1 result, who are in no prior attainment group.
    ``most``: the most pupils that can be left out.
    """

    unknown: int
    most: int
    pupils: dict[str, int] = field(default_factory=dict)
    cells: dict[str, dict[str, int | None]] = field(default_factory=dict)


def fit_left_out(sheet: Sheet, cells: pl.DataFrame, suspect: pl.DataFrame) -> pl.DataFrame:
    """The fewest pupils left out that explain a block's cells, for blocks that have such a number.

    Args:
        sheet: the tables.
        cells: every cell (see ``shares.percent_cells``) of the rows to explain.
        suspect: the blocks to explain (ROW, BLOCK).

    Returns:
        ROW, BLOCK, LEFT_OUT (1 or more); blocks that no number explains are not in it.
    """
    blocks: dict[tuple[int, str], Block] = {}
    wanted = set(suspect.select("ROW", "BLOCK").iter_rows())
    limits = _limits(sheet, cells["ROW"].unique().to_list())
    for row in cells.iter_rows(named=True):
        key = (row["ROW"], row["BLOCK"])
        if key not in blocks:
            unknown, most = limits[row["ROW"]]
            blocks[key] = Block(unknown, most)
        blocks[key].pupils[row["GROUP"]] = row["D"]
        blocks[key].cells.setdefault(row["MEASURE"], {})[row["GROUP"]] = row["P"]
    found = [
        (*key, number)
        for key, block in blocks.items()
        if key in wanted and (number := fewest(block)) and _is_shared(key, number, blocks)
    ]
    return pl.DataFrame(
        found, schema={"ROW": pl.UInt32, "BLOCK": pl.String, "LEFT_OUT": pl.Int64}, orient="row"
    )


def _is_shared(key: tuple[int, str], number: int, blocks: dict[tuple[int, str], Block]) -> bool:
    """Whether reading, writing and maths together tell the same as the subjects.

    A pupil missing in a subject is missing in the three together, and the other way about in at
    least one subject.
    """
    row, name = key
    subjects = [blocks[row, one] for one in _SUBJECTS if (row, one) in blocks]
    if name in _SUBJECTS and (row, _TOGETHER) in blocks:
        block = blocks[row, _TOGETHER]
        return any(_fits(block, more) for more in range(number, block.most + 1))
    if name == _TOGETHER and subjects:
        return any(_fits(one, less) for one in subjects for less in range(1, number + 1))
    return True


def fewest(block: Block) -> int | None:
    """The fewest pupils left out of every percentage of a block that make all its cells fit."""
    return next((number for number in range(1, block.most + 1) if _fits(block, number)), None)


def _fits(block: Block, number: int) -> bool:
    eligible = block.pupils[WHOLE] - number
    if not all(_range(cells.get(WHOLE), eligible) for cells in block.cells.values()):
        return False
    for partition in PARTITIONS:
        ways = _ways(block, partition, number)
        if all(group in block.pupils for group in partition) and not any(
            _makes_up(block, partition, number, shared) for shared in ways
        ):
            return False
    return all(
        any(_group_fits(block, group, less) for less in range(number + 1))
        for group in ("_EAL", "_MOBN")
        if group in block.pupils
    )


def _ways(block: Block, partition: tuple[str, ...], number: int) -> Iterator[tuple[int, ...]]:
    """Ways to share the pupils left out among the groups, each of which must still fit."""

    def share(at: int, rest: int) -> Iterator[tuple[int, ...]]:
        if at == len(partition):
            spare = block.unknown if partition == PRIOR else 0
            if rest <= spare:
                yield ()
            return
        group = partition[at]
        for less in range(min(rest, block.pupils[group]) + 1):
            if _group_fits(block, group, less):
                for others in share(at + 1, rest - less):
                    yield (less, *others)

    return share(0, number)


def _group_fits(block: Block, group: str, less: int) -> bool:
    return all(
        _range(cells[group], block.pupils[group] - less) is not None
        for cells in block.cells.values()
        if group in cells
    )


def _makes_up(
    block: Block, partition: tuple[str, ...], number: int, shared: tuple[int, ...]
) -> bool:
    """Whether the pupils of the groups can make the school's number, in every measure."""
    spare = block.unknown if partition == PRIOR else 0
    for cells in block.cells.values():
        whole = _range(cells.get(WHOLE), block.pupils[WHOLE] - number)
        if whole is None or not all(group in cells for group in partition):
            continue
        ranges = [
            _range(cells[group], block.pupils[group] - less) or (0, 0)
            for group, less in zip(partition, shared, strict=True)
        ]
        least, most = sum(low for low, _ in ranges), sum(high for _, high in ranges) + spare
        if least > whole[1] or most < whole[0]:
            return False
    return True


def _range(percent: int | None, pupils: int) -> tuple[int, int] | None:
    """The least and most of these pupils whose share prints as a percentage, or None."""
    if percent is None:
        return 0, max(pupils, 0)
    if pupils <= 0:
        return None
    least = max(0, -((1 - 2 * percent) * pupils // 200))
    most = min(pupils, ((2 * percent + 1) * pupils - 1) // 200)
    return (least, most) if least <= most else None


def _limits(sheet: Sheet, rows: list[int]) -> dict[int, tuple[int, int]]:
    """By row: pupils without key stage 1 results, and the most that may be missing in a subject.

    A pupil with no outcome has no progress score either, so no more can be missing than were
    outside the progress measure of some subject.
    """
    least = [
        pl.col(f"{score_of(subject).score}<")
        for subject in IN_PROGRESS
        if sheet.has(f"{score_of(subject).score}<")
    ]
    inside = pl.min_horizontal(least) if len(least) == len(IN_PROGRESS) else pl.lit(0)
    chosen = sheet.cells.filter(pl.col("ROW").is_in(rows)).select(
        "ROW",
        pl.col("TKS1GROUP_NA").fill_null(0),
        pl.col(COUNTS[WHOLE]) - pl.max_horizontal(inside, pl.lit(0)),
    )
    return {row: (unknown, most) for row, unknown, most in chosen.iter_rows()}
