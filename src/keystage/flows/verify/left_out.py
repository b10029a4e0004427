"""Pupils left out of a subject's percentages: the same few in every cell of the subject.

A pupil whose outcome is missing counts in TELIG but in no percentage of the subject. One such pupil
shows in many cells at once: each cell of the school over one pupil fewer, and of every division of
the school (boys and girls, disadvantaged and others, prior attainment) exactly one group over one
fewer. So the fewest left out that make *every* cell of the subject whole pupils is accepted, and a
single wrong cell is not excused: its neighbours would not fit. Nor can a group leave out more
pupils than it has outside the progress measure, since who has no outcome has no progress.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

import polars as pl

from keystage.core.subjects import IN_PROGRESS
from keystage.flows.verify.names import COUNTS, PARTITIONS, PRIOR, WHOLE
from keystage.flows.verify.sheet import Sheet

_SUBJECTS, _TOGETHER = ("READ", "MAT", "WRIT"), "RWM"
#: Judgements of a school about a pupil, which it sends in with the one in writing.
_WITH_WRITING, _WRITING = ("SCI", "READTA", "MATTA"), "WRIT"
#: As many pupils left out of a subject are tried; no subject in the tables leaves out over two.
_TRIED = 20


@dataclass(slots=True)
class Block:
    """A school's percentages of one subject: by group its pupils, by group and measure the cells.

    ``unknown``: pupils without a key stage 1 result, who are in no prior attainment group.
    ``most``: by group, the most pupils that can be left out; a group without one has no limit.
    """

    unknown: int
    most: dict[str, int]
    pupils: dict[str, int] = field(default_factory=dict)
    cells: dict[str, dict[str, int | None]] = field(default_factory=dict)


Blocks = dict[str, Block]


def fit_left_out(
    sheet: Sheet, cells: pl.DataFrame, suspect: pl.DataFrame, measured: pl.DataFrame
) -> pl.DataFrame:
    """The fewest pupils left out that explain a block's cells, for blocks that have such a number.

    Args:
        sheet: the tables.
        cells: every cell (see ``shares.percent_cells``) of the rows to explain.
        suspect: the blocks to explain (ROW, BLOCK).
        measured: pupils of each group in each progress measure (``measured.measured_pupils``).

    Returns:
        ROW, BLOCK, LEFT_OUT (1 or more); blocks that no number explains are not in it.
    """
    rows = suspect["ROW"].unique().to_list()
    outside = _outside(sheet, rows, measured)
    unknown = dict(
        sheet.cells.filter(pl.col("ROW").is_in(rows))
        .select("ROW", pl.col("TKS1GROUP_NA").fill_null(0))
        .iter_rows()
    )
    schools: dict[int, Blocks] = {row: {} for row in rows}
    for cell in cells.filter(pl.col("ROW").is_in(rows)).iter_rows(named=True):
        row, name = cell["ROW"], cell["BLOCK"]
        block = schools[row].setdefault(
            name, Block(unknown[row], _most(outside.get(row, {}), name))
        )
        block.pupils[cell["GROUP"]] = cell["D"]
        block.cells.setdefault(cell["MEASURE"], {})[cell["GROUP"]] = cell["P"]
    wanted: dict[int, set[str]] = {}
    for row, name in suspect.select("ROW", "BLOCK").iter_rows():
        wanted.setdefault(row, set()).add(name)
    found = [
        (row, name, number)
        for row, names in wanted.items()
        for name, number in explain(schools[row], names).items()
    ]
    return pl.DataFrame(
        found, schema={"ROW": pl.UInt32, "BLOCK": pl.String, "LEFT_OUT": pl.Int64}, orient="row"
    )


Outside = dict[str, dict[str, int]]


def _outside(sheet: Sheet, rows: list[int], measured: pl.DataFrame) -> dict[int, Outside]:
    """By row, subject and group: the most pupils that can be outside the progress measure."""
    names = {subject.value: subject.prefix for subject in IN_PROGRESS}
    counts = sheet.cells.filter(pl.col("ROW").is_in(rows)).select("ROW", *COUNTS.values())
    found: dict[int, Outside] = {}
    for group, column in COUNTS.items():
        inside = measured.filter(pl.col("GROUP") == group).join(
            counts.select("ROW", PUPILS=column), on="ROW"
        )
        for row, subject, least, pupils in inside.select(
            "ROW", "SUBJECT", "N1", "PUPILS"
        ).iter_rows():
            if pupils is not None:
                found.setdefault(row, {}).setdefault(names[subject], {})[group] = pupils - least
    return found


def _most(outside: Outside, name: str) -> dict[str, int]:
    """The most pupils of each group left out of a block.

    A pupil left out of reading, writing and maths together is left out of one of the three; other
    subjects have no progress measure, and who has an outcome in none of the three is outside all.
    """
    if name in outside:
        return outside[name]
    if set(outside) != set(_SUBJECTS):
        return {}
    combine = sum if name == _TOGETHER else max
    groups = set.intersection(*(set(groups) for groups in outside.values()))
    return {group: combine(outside[subject][group] for subject in _SUBJECTS) for group in groups}


def explain(blocks: Blocks, suspects: set[str]) -> dict[str, int]:
    """The fewest left out of each suspect block that go with those left out of the others.

    Who is left out of a subject is left out of reading, writing and maths together, and the other
    way about; who has no judgement in science, reading or maths has none in writing.
    """
    numbers = {name: _numbers(block) for name, block in blocks.items()}
    found = {}
    for name in sorted(suspects):
        possible = [number for number in numbers[name] if number]
        if name == _TOGETHER:
            possible = [n for n in possible if _is_shared(n, numbers)]
        elif name in _SUBJECTS and _TOGETHER in numbers:
            most = max(numbers[_TOGETHER], default=0)
            possible = [number for number in possible if number <= most]
        elif name in _WITH_WRITING and _WRITING in numbers:
            most = max(numbers[_WRITING], default=0)
            possible = [number for number in possible if number <= most]
        if possible:
            found[name] = min(possible)
    return found


def _is_shared(number: int, numbers: dict[str, list[int]]) -> bool:
    """Whether pupils left out of the subjects can make so many left out of the three together."""
    subjects = [numbers[subject] for subject in _SUBJECTS if subject in numbers]
    return not subjects or any(max(way) <= number <= sum(way) for way in product(*subjects))


def _numbers(block: Block) -> list[int]:
    """The numbers of pupils left out, none among them, that make all cells of a block fit."""
    most = min(block.most.get(WHOLE, _TRIED), _TRIED)
    return [number for number in range(most + 1) if _fits(block, number)]


def fewest(block: Block) -> int | None:
    """The fewest pupils left out of every percentage of a block that make all its cells fit."""
    return next((number for number in _numbers(block) if number), None)


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
        any(_group_fits(block, group, less) for less in range(_bound(block, group, number) + 1))
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
        for less in range(_bound(block, group, rest) + 1):
            if _group_fits(block, group, less):
                for others in share(at + 1, rest - less):
                    yield (less, *others)

    return share(0, number)


def _bound(block: Block, group: str, number: int) -> int:
    """The most of so many pupils left out who can be of a group."""
    return min(number, block.pupils[group], block.most.get(group, number))


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
