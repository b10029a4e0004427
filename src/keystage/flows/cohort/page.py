"""A calibration as the page to hand round, and as a few lines for the screen."""

import re
from collections.abc import Mapping
from dataclasses import asdict

import polars as pl

import keystage
from keystage.cohort.targets import Target, targets
from keystage.flows.cohort.calibration import Calibration
from keystage.reports.calibration import CalibrationPage, Compared, Topic, plot

_PERCENTILE = re.compile(r"^(?P<title>.*), (?P<row>percentile \d+|median)(?P<note> \(.*\))?$")
#: Titles of what is no percentile, by statistic and by what kind of measure it is made of.
_TITLES: Mapping[tuple[str, str], str] = {
    ("national", "expected"): "England: pupils who meet the standards, %",
    ("national", "higher"): "England: pupils who meet the standards, %",
    ("national", "average"): "England: average scaled scores",
    ("national", "progress"): "Progress of pupil groups",
    ("gap", "expected"): "Gaps in attainment",
    ("gap", "progress"): "Gaps in progress",
    ("share", "pupils"): "Pupils by characteristic, %",
    ("within", "pupils"): "Mainstream schools of one, two and three classes, %",
    ("within", "band"): "Mainstream schools in each band, %",
    ("correlation", "progress"): "Correlations of school figures",
    ("correlation", "expected"): "Correlations of school figures",
    ("deviation", "progress"): "Standard deviations of local authorities: progress",
    ("deviation", "expected"): "Standard deviations of local authorities: attainment",
}
_OTHERS = "Other figures"
_UNADJUSTED = (
    "The averages of the prior attainment groups are those of mainstream schools, so the mean of "
    "unadjusted progress there is 0, but for rounding averages to a billionth."
)
_CAUGHT = (
    "Minimum scores catch no more than this share of the pupils of mainstream schools, and nearly "
    "that, as far as the steps between results allow: those of judgements are large."
)
_ENDS = (
    "The cut-offs are made from mainstream schools, of whom this share should be in the first and "
    "in the last band. A score need also be surely above or below the average."
)
#: What must hold: title, why, and a word that is in the labels.
_RULES = (
    ("Unadjusted progress of England", _UNADJUSTED, "unadjusted"),
    ("Pupils at a minimum score", _CAUGHT, "minimum"),
    ("First and last band", _ENDS, "average in"),
)


def calibration_page(done: Calibration) -> CalibrationPage:
    """What the page says."""
    return CalibrationPage(
        verdict=_verdict(done),
        headline=headline(done),
        summary=f"{done.pupils:,} pupils of {done.schools:,} schools, {done.plan.year} "
        f"{done.plan.release}, scored with the {'derived' if done.derived else 'published'} "
        "reference.",
        notes=notes(done),
        outside=done.outside,
        topics=[*_published(done), *_proved(done)],
        tolerances=[targets().tolerances],
        made_with=_made_with(done),
        keystage=keystage.__version__,
    )


def headline(done: Calibration) -> str:
    """The result in a sentence."""
    found = done.compared
    if not done.outside:
        return f"All {found} figures lie within their tolerance"
    lie = "lies outside its" if len(done.outside) == 1 else "lie outside their"
    return f"{len(done.outside)} of {found} figures {lie} tolerance"


def notes(done: Calibration) -> list[str]:
    """What the reader must know of the comparison."""
    said = []
    if not done.targeted:
        said.append(
            f"The published figures are for comparison with {targets().year}; this cohort is of "
            f"{done.plan.year}, so it may well differ."
        )
    if not done.national:
        said.append(
            "This cohort is a part of England. Tolerances are wider for fewer schools, but "
            "authorities do differ, so figures of a few of them may lie outside."
        )
    if done.absent:
        figures = "figure has" if len(done.absent) == 1 else "figures have"
        said.append(f"{len(done.absent)} published {figures} nothing beside them.")
    return [*said, *done.withheld]


def calibration_told(done: Calibration) -> dict[str, object]:
    """The comparison for machines."""
    return {
        "synthetic": True,
        "plan": asdict(done.plan),
        "schools": done.schools,
        "pupils": done.pupils,
        "reference": "derived" if done.derived else "published",
        "compared": done.compared,
        "outside": done.outside,
        "absent": done.absent,
        "withheld": done.withheld,
        "figures": done.figures.to_dicts(),
        "invariants": done.invariants.to_dicts(),
        "coverage": done.coverage.to_dicts(),
        "keystage": keystage.__version__,
    }


def _verdict(done: Calibration) -> str:
    if not done.outside:
        return "green"
    return "red" if done.faulty else "amber"


def _made_with(done: Calibration) -> str:
    plan = done.plan
    much = "--national"
    if plan.schools is not None:
        much = f"--schools {plan.schools}{' --nowhere' if plan.nowhere else ''}"
    elif plan.authorities is not None:
        much = f"--las {plan.authorities}"
    return (
        f"They were made with keystage cohort make --year {plan.year} --release {plan.release} "
        f"--seed {plan.seed} {much}."
    )


def _published(done: Calibration) -> list[Topic]:
    """The published figures by topic, in the order of the targets."""
    topics: dict[str, list[tuple[float, Compared]]] = {}
    for target, row in zip(targets().targets, done.figures.iter_rows(named=True), strict=True):
        title, label, note = _named(target)
        source = f"{row['source']}; summer {row['year']}{note}"
        figure = Compared(
            label=label,
            wanted=row["published"],
            tolerance=row["tolerance"],
            found=row["found"],
            inside=row["inside"],
            source=source,
        )
        at = target.at if target.statistic == "percentile" else 0
        topics.setdefault(title, []).append((at, figure))
    return [
        _topic(f"published-{at}", title, [pair[1] for pair in sorted(pairs, key=_by_place)])
        for at, (title, pairs) in enumerate(topics.items(), 1)
    ]


def _by_place(pair: tuple[float, Compared]) -> float:
    return -pair[0]


def _named(target: Target) -> tuple[str, str, str]:
    """Its topic, its name within it, and what is said of the figure."""
    found = _PERCENTILE.match(target.label)
    if found is not None:
        return found["title"], found["row"], found["note"] or ""
    kind = target.measure.rpartition("_")[2]
    title = _TITLES.get((target.statistic, kind), _OTHERS)
    label = re.sub(r"^(England|Mainstream schools|Local authorities): ", "", target.label)
    return title, re.sub(r", (%|points|correlation|deviation|% of pupils)$", "", label), ""


def _proved(done: Calibration) -> list[Topic]:
    """What must hold by the rules, and the coverage study."""
    topics = []
    for at, (title, note, word) in enumerate(_RULES, 1):
        rows = done.invariants.filter(pl.col("label").str.contains(word, literal=True))
        topics.append(_topic(f"holds-{at}", title, _figures(rows), note, "Expected"))
    schools = max(done.coverage["schools"].to_list(), default=0)
    note = (
        "Of each school it is known what progress was to be expected of its pupils. The interval "
        "about its score should hold that in the share of schools that the interval is made for. "
        f"The tolerance is three standard errors of a share of {schools:,} schools."
    )
    topics.append(
        _topic(
            "coverage",
            "Confidence intervals and the truth",
            _figures(done.coverage),
            note,
            "Nominal",
        )
    )
    return [topic for topic in topics if topic.figures]


def _figures(rows: pl.DataFrame) -> list[Compared]:
    names = ("label", "wanted", "tolerance", "found", "inside")
    return [Compared(**row) for row in rows.select(names).iter_rows(named=True)]


def _topic(
    id_: str, title: str, figures: list[Compared], note: str = "", wanted: str = "Published"
) -> Topic:
    return Topic(id=id_, title=title, note=note, wanted=wanted, figures=figures, plot=plot(figures))
