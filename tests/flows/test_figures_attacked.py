"""A reader of everything that three makers publish of the same schools works out nothing of a few.

An authority's release, its next one, the agency's and a trust's, of cohorts that differ by a pupil
or two in many schools: every content, every table of schools, every comparison at once.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

import polars as pl
import pytest
from msgspec.structs import replace as changed
from readers_of_tests import ALL, Release, Unit, release_of, what_is_known
from snapshots_of_tests import (
    YEAR,
    contents_of_a_part,
    later,
    looking_at,
    made,
    part_of_england,
    removed,
    without_pupils,
)

from keystage.flows.figures.contents import Content, Figure
from keystage.flows.figures.schools_listed import SchoolsTable, decode_schools
from keystage.flows.figures.similar import decode as decode_similar
from keystage.flows.figures.snapshot import Snapshot
from keystage.flows.figures.tables import Kept
from keystage.records.recordset import RecordSet

SMALLEST = YEAR.suppression.smallest_group
TRUST = "90002"
LABELS = frozenset(
    f"Share of pupils reaching the {standard}"
    for standard in (
        "expected standard in reading, writing and maths",
        "expected standard in reading",
    )
)


def of_the_trust(records: RecordSet) -> RecordSet:
    schools = records.schools.filter(pl.col("TRUST_UID") == TRUST)
    pupils = records.pupils.filter(pl.col("URN").is_in(schools["URN"].to_list()))
    return replace(records, schools=schools, pupils=pupils)


@cache
def published() -> tuple[tuple[Snapshot, tuple[Content, ...], tuple[Kept, ...]], ...]:
    """What the authority publishes twice, then the agency, then the trust."""
    contents = [contents_of_a_part()[1], later(protected=True)[1]]
    snapshots = [contents_of_a_part()[0], later(protected=True)[0]]
    pupils = part_of_england().pupils.filter(pl.col("P_INCL").cast(pl.String) == "201")
    sizes = pupils.group_by("URN", maintain_order=True).agg("line", pl.len())
    more = [
        lines[3] for _, lines, many in sizes.sort("URN").iter_rows() if many >= 15
    ][::2]  # fmt: skip
    agencys = without_pupils(part_of_england(), [*removed(), *more])
    for records, label, how in (
        (agencys, "2022 final 1", {"national": True}),
        (of_the_trust(without_pupils(part_of_england(), more)), "2022 final 1, of a trust",
         {"areas": frozenset()}),
    ):  # fmt: skip
        before = looking_at(*contents)
        snapshots.append(made(records, before, stage="final", release=label, **how))
        contents.append(tuple(snapshots[-1].contents))
    return tuple(
        (snapshot, some, tuple(snapshot.tables))
        for snapshot, some in zip(snapshots, contents, strict=True)
    )


def members() -> dict[Unit, dict[Unit, int]]:
    """The schools that areas are made of."""
    found: dict[Unit, dict[Unit, int]] = {}
    for row in part_of_england().schools.to_dicts():
        kind = YEAR.school_types.types[str(row["NFTYPE"])]
        areas = [("national", "everyone")]
        if kind.state_funded and not kind.alternative_provision:
            areas += [("la", str(row["LEA"])), ("region", str(row["REGION"]))]
        for area in areas:
            found.setdefault(area, {})["school", str(row["URN"])] = 1
    return found


def tables(kept: Iterable[Kept]) -> list[SchoolsTable]:
    return [
        decode_schools(one.content)
        for one in kept
        if (one.what, one.level) == ("schools", "suppressed")
    ]


@cache
def releases() -> tuple[Release, ...]:
    return tuple(release_of(some, members(), tables(kept)) for _, some, kept in published())


def told_of_groups(which: tuple[Release, ...], *, alone: bool) -> list[object]:
    """Withheld groups of a few of whom more is known than all pupils and earlier figures tell.

    Of the figures of the school alone anything; of sums of several schools the number itself. A
    group that was published when it had a pupil more is told by that, and not by this release.
    """
    read = tuple(replace(one, members={}, years={}) for one in which) if alone else which
    plain = what_is_known(read, labels=LABELS, groups=False)
    known = what_is_known(read, labels=LABELS)
    found: list[object] = []
    for place, release in enumerate(which):
        for unit, content in release.contents.items():
            for figure in content.figures:
                key = (figure.label, place, unit, figure.group)
                few = 0 < release.counts[unit].get(figure.group, 0) < SMALLEST
                if few and key in known.bounds and not was_shown(figure, unit, which):
                    own, without = known.bounds[key], plain.bounds[key]
                    if own != without and (alone or own[0] == own[1]):
                        found.append((key, own, without))
    return found


def was_shown(figure: Figure, unit: Unit, which: tuple[Release, ...]) -> bool:
    contents = (one.contents[unit] for one in which if unit in one.contents)
    same = (one.figure(figure.name) for one in contents)
    return any(one is not None and one.state == "shown" for one in same)


def told_of_movers(which: tuple[Release, ...]) -> list[object]:
    """The few who moved between two releases of whom the later one tells something.

    What is told of their results, and which groups a school's were in.
    """
    known = what_is_known(which, labels=LABELS)
    found: list[object] = []
    for place in range(1, len(which)):
        plain = what_is_known(which, labels=LABELS, without=place)
        for key, own in known.bounds.items():
            if key[0] != "moved" or key[3] != place:
                continue
            _, label, earlier, _, unit, group = key
            assert isinstance(earlier, int)
            assert isinstance(unit, tuple)
            before, after = (which[one].counts[unit] for one in (earlier, place))
            few = 0 < abs(after[ALL] - before[ALL]) < SMALLEST
            of_groups = label == "n" and (unit[0] != "school" or own == (0, 0))
            if few and not of_groups and own != plain.bounds[key]:
                found.append((key, own, plain.bounds[key], group))
    return found


@pytest.mark.parametrize("alone", [True, False])
def test_no_group_of_a_few_is_worked_out(*, alone: bool) -> None:
    assert told_of_groups(releases(), alone=alone) == []


def test_nothing_is_worked_out_of_the_few_who_moved_between_releases_of_any_maker() -> None:
    assert told_of_movers(releases()) == []


def test_the_reader_finds_what_is_there_to_be_found() -> None:
    """The same reader, given one school's figures as they are before anything is withheld."""
    one, other, *_ = releases()
    code = next(
        code for (kind, code), old in one.counts.items()
        if kind == "school" and old[ALL] - other.counts[kind, code][ALL] == 1
    )  # fmt: skip
    complete = {
        some.stage: changed(some, level="suppressed")
        for _, contents, _ in published()[:2]
        for some in contents
        if (some.kind, some.code, some.level) == ("school", code, "complete")
    }
    bare = tuple(
        replace(release, contents={("school", code): complete[stage]}, members={}, years={})
        for release, stage in ((one, "provisional"), (other, "revised"))
    )
    told = told_of_movers(bare)
    assert len(told) > 5


def test_tables_of_schools_and_similar_schools_say_what_contents_say() -> None:
    cells = 0
    for _, contents, kept in published():
        own = {
            one.code: one for one in contents if (one.kind, one.level) == ("school", "suppressed")
        }
        for table in tables(kept):
            assert all(working.shares == () for working in table.workings)
            for school in table.schools:
                for column in table.columns:
                    assert table.figure(school, column.name) is not None
                    figure, said = own[str(school.urn)].figure(column.name), table.figure(
                        school, column.name
                    )  # fmt: skip
                    assert figure is not None
                    assert said is not None
                    assert (figure.text, figure.state) == (said.text, said.state)
                    assert (said.numerator, said.denominator) == (None, None)
                    cells += 1
        for one in kept:
            if one.what == "similar":
                card = decode_similar(one.content)
                for shown in (*card.known, *card.headline):
                    figure = own[str(card.urn)].figure(shown.name)
                    assert figure is not None
                    assert (figure.text, figure.state) == (shown.text, shown.state)
    assert cells > 1000
