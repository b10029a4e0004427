"""Figures of few pupils: told by their interval, neither ranked nor called different."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from engine_side import record_set
from msgspec.structs import replace
from oracle_examples import YEAR, pupil
from snapshots_of_tests import MADE_AT, looking_at

from keystage.flows.figures.contents import Content, Figure
from keystage.flows.figures.snapshot import Before, snapshot
from keystage.statute.progress import Banding, Cuts
from keystage.statute.table import Constant

HERE = 900001
CUTS = Cuts(high=Constant(value=Decimal(3)), low=Constant(value=Decimal(-3)))
BANDED = replace(
    YEAR,
    banding=Banding(
        source="guide_2022", confidence="C", scheme="five_bands", labels=tuple("ABCDE"),
        reading=CUTS, writing=CUTS, maths=CUTS,
    ),
)  # fmt: skip


def contents(
    pupils: list[dict[str, Any]], *urns: int, before: Before | None = None, **school: Any
) -> dict[tuple[str, str], Content]:
    """The contents of one release, by kind and level."""
    rows = [{"URN": urn, "LEA": 999, "RECTYPE": 1} | school for urn in urns or (HERE,)]
    made = snapshot(
        record_set(pupils, rows, BANDED), BANDED, stage="revised", release="A", made_at=MADE_AT,
        before=before,
    )  # fmt: skip
    return {(one.kind, one.level): one for one in made.contents}


def of(content: Content, name: str) -> Figure:
    found = content.figure(name)
    assert found is not None
    return found


@pytest.mark.parametrize("level", ["complete", "suppressed"])
def test_a_score_of_few_pupils_of_many_is_of_few_pupils(level: str) -> None:
    """Of 24 pupils 19 have a score in reading, and 20 in maths."""
    away = {"READOUTCOME": "A", "READSCORE": None, "MATOUTCOME": "A", "MATSCORE": None}
    pupils = [pupil() for _ in range(19)] + [pupil(READOUTCOME="A", READSCORE=None)]
    found = contents([*pupils, *(pupil(**away) for _ in range(4))])["school", level]

    reading, maths = of(found, "READPROG"), of(found, "MATPROG")
    assert (reading.may_rank, reading.lead, reading.band_words) == (False, "interval", None)
    assert (maths.may_rank, maths.lead, maths.band_words) == (True, "figure", "C")
    assert of(found, "PTREAD_EXP").may_rank
    assert of(found, "READ_AVERAGE").may_rank == (level == "suppressed")


def test_a_trusts_score_of_few_pupils_is_called_neither_better_nor_worse() -> None:
    """Of 24 pupils of three schools 18 have a score in reading."""
    urns = (HERE, HERE + 1, HERE + 2)
    rows = [pupil(URN=urn) for urn in urns for _ in range(6)]
    rows += [pupil(URN=urn, READOUTCOME="A", READSCORE=None) for urn in urns for _ in range(2)]
    joined: dict[str, Any] = {
        "TRUST_UID": "T1",
        "TRUST_NAME": "Oak",
        "DATE_JOINED_TRUST": date(2015, 9, 1),
    }
    trust = contents(rows, *urns, **joined)["trust", "complete"]

    reading, maths = (of(trust, f"{one}_PROGSCORE_EM_ADJ_WGTAVG") for one in ("READ", "MAT"))
    assert (reading.may_rank, reading.lead, reading.band_words) == (False, "interval", None)
    assert (maths.may_rank, maths.lead) == (True, "figure")
    assert of(trust, "PRWM_EXP_WGTAVG").may_rank


def test_a_group_whose_number_is_withheld_is_not_said_to_be_of_few_pupils() -> None:
    """Of 210 girls one left: their number would tell of her, and their score does not."""
    pupils = [pupil(SEX=sex) for sex in "FM" for _ in range(210)]
    earlier = looking_at(contents(pupils).values())
    found = contents(pupils[1:], before=earlier)["school", "suppressed"]

    girls = of(found, "READPROG_G")
    assert of(found, "GELIG").state == "suppressed"
    assert (girls.state, girls.may_rank, girls.lead) == ("shown", True, "figure")
