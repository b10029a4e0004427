"""Contents of releases made by hand, as a page is given them."""

from typing import Any

from keystage.flows.figures.contents import (
    Break,
    Compared,
    Content,
    Figure,
    Level,
    Point,
    Series,
)

COMBINED = "Share of pupils reaching the expected standard in reading, writing and maths"
_GROUPS = {
    "all": "All pupils",
    "boys": "Boys",
    "disadvantaged": "Disadvantaged pupils",
    "eal": "English as an additional language",
    "low": "Low prior attainment",
}


def figure(name: str, text: str = "61%", **given: Any) -> Figure:
    """A figure of all pupils: a share in reading, writing and maths unless more is said."""
    group = given.pop("group", "all")
    usual: dict[str, Any] = {
        "label": COMBINED,
        "family": "attainment",
        "unit": "percent",
        "group": group,
        "group_label": _GROUPS[group],
    }
    return Figure(name=name, text=text, **(usual | given))


def score(name: str = "READPROG", text: str = "-1.2", **given: Any) -> Figure:
    """A progress score in reading."""
    usual: dict[str, Any] = {
        "label": "Progress score in reading",
        "family": "progress",
        "unit": "points",
        "subject": "reading",
        "lower": "-3.0",
        "upper": "0.6",
        "band": "3",
        "band_words": "Average",
    }
    return figure(name, text, **(usual | given))


def withheld(name: str, **given: Any) -> Figure:
    """A figure of few pupils that is not shown."""
    return figure(name, "", state="suppressed", said="Suppressed: few pupils", **given)


def content(level: Level = "complete", **given: Any) -> Content:
    """A school's content with a figure of each sort."""
    usual: dict[str, Any] = {
        "kind": "school",
        "code": "900003",
        "name": "Hollow Oak Primary",
        "level": level,
        "year": 2023,
        "stage": "provisional",
        "release": "2023 provisional, version 1",
        "made_at": "2023-09-01T08:00:00+00:00",
        "pupils": "28",
        "figures": FIGURES,
        "compared": COMPARED,
        "caveats": ("Read the interval before the score.",),
        "notes": ("Two pupils are not counted.",),
        "series": (SERIES,),
    }
    return Content(**(usual | given))


FIGURES = (
    figure("TELIG", "28", label="Pupils at the end of key stage 2", family="composition",
           unit="pupils"),
    figure("BELIG", "15", label="Number of pupils", family="composition", unit="pupils",
           group="boys"),
    figure("PTRWM_EXP", numerator="17", denominator=28, pupils="-4"),
    figure("READ_AVERAGE", "104", label="Average scaled score in reading", family="average",
           unit="score", subject="reading"),
    figure("PTREAD_EXP", "68%", label="Share of pupils reaching the expected standard in reading",
           subject="reading"),
    score(),
    score("READPROG_UNADJUSTED", "-1.9", label="Progress score in reading before minimum scores",
          lower=None, upper=None, band=None, band_words=None),
    figure("READCOV", "96%", label="Share of pupils in the reading progress measure",
           family="progress", subject="reading"),
    figure("PTRWM_EXP_B", "53%", group="boys"),
    withheld("PTRWM_EXP_FSM6CLA1A", group="disadvantaged"),
    figure("PTRWM_EXP_EAL", "100%", group="eal", folded=True, lead="pupils", numerator="2",
           denominator=2, may_rank=False),
    figure("PTRWM_EXP_L", "20%", group="low"),
    score("READPROG_L", "2.5", group="low", band=None, band_words=None),
    figure("TKS1AVERAGE", "16.1", label="Average key stage 1 points", family="prior_attainment",
           unit="points"),
    figure("DIFFN_RWM_EXP", "-12", label="Gap in reading, writing and maths", family="gap",
           group="disadvantaged"),
    figure("PTRWM_EXP_3YR", "63%", label=f"{COMBINED}, three years together",
           family="three_year"),
)  # fmt: skip
COMPARED = (
    Compared(name="PTRWM_EXP", against="national", text="60%", state="shown", of="England"),
    Compared(name="PTRWM_EXP", against="authority", text="58%", state="shown", of="Testshire"),
    Compared(name="READ_AVERAGE", against="national", text="105", state="shown", of="England"),
    Compared(name="READ_AVERAGE", against="authority", text="", state="not_yet",
             said="Not yet known", of="Testshire"),
)  # fmt: skip
SERIES = Series(
    name="PTRWM_EXP",
    label=COMBINED,
    unit="percent",
    points=(
        Point(year=2019, text="65%", state="shown"),
        Point(year=2022, text="59%", state="shown"),
        Point(year=2023, text="61%", state="shown", joined=True),
    ),
    breaks=(Break(after=2019, before=2022, why="The pandemic lies between."),),
)
