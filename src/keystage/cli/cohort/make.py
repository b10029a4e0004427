"""``keystage cohort make``: schools and pupils of an invented England."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from keystage.cli.cohort import options
from keystage.core.errors import UsageError


class Releases(StrEnum):
    """The releases of a statutory year."""

    PROVISIONAL = "provisional"
    REVISED = "revised"
    FINAL = "final"


def make_command(
    *,
    year: Annotated[int, typer.Option("--year", help="The summer the tests were sat.")],
    seed: Annotated[
        int, typer.Option("--seed", help="The same seed always gives the same pupils.")
    ],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="The folder to write.")],
    release: Annotated[
        Releases, typer.Option("--release", help="The release whose codes are used.")
    ] = Releases.PROVISIONAL,
    schools: Annotated[
        int | None,
        typer.Option("--schools", help="About how many schools, spread over England."),
    ] = None,
    authorities: Annotated[
        int | None,
        typer.Option("--las", help="How many local authorities, drawn from all, each whole."),
    ] = None,
    national: Annotated[
        bool, typer.Option("--national", help="All of England: about 670,000 pupils.")
    ] = False,
    nowhere: Annotated[
        bool,
        typer.Option(
            "--nowhere", help="With --schools: all of them in one authority that is nowhere, 999."
        ),
    ] = False,
    csv: Annotated[
        bool, typer.Option("--csv", help="Write pupils and schools as CSV instead of Parquet.")
    ] = False,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            min=1,
            help="How many processes make it; left out, as many as are worth starting. What is "
            "made is the same.",
        ),
    ] = None,
    replace: options.Replace = False,
    as_json: options.AsJson = False,
) -> None:
    """Make an invented cohort that keystage measures can compute.

    keystage cohort make --year 2022 --seed 1 --schools 60 -o cohort

    Say how much of England: --schools, --las or --national. Written are pupils.parquet and
    schools.parquet (or .csv), the input of keystage measures; roll.parquet, every pupil of the
    year with names, marks and judgements; truth.parquet, what each school really adds; and
    metadata.json, which says that nobody in these files exists and how they were made.

    Exits 0 when the folder was written, 2 when the request is wrong, 3 when the folder has
    something in it or cannot be written. When it fails nothing is written.
    """
    from keystage.flows.cohort.installed import see_what_is_installed

    if sum((schools is not None, authorities is not None, national)) != 1:
        raise UsageError(
            "How much of England is not said, or said twice.",
            todo="Give one of --schools N, --las N and --national.",
        )
    if nowhere and schools is None:
        raise UsageError(
            "An authority that is nowhere needs a number of schools.",
            todo="Give --schools N with --nowhere.",
        )
    see_what_is_installed()
    from keystage.cli.ctf.progress import counting
    from keystage.cli.terminal import counted, write_json
    from keystage.cohort.make import make
    from keystage.cohort.plan import Plan
    from keystage.flows.cohort.writing import workers_for, write_cohort

    plan = Plan(
        year=year,
        release=release.value,
        seed=seed,
        schools=schools,
        authorities=authorities,
        nowhere=nowhere,
    )
    with counting("Schools") as progress:
        made = make(plan, workers=workers or workers_for(plan), progress=progress)
        told = write_cohort(made, plan, out, csv=csv, replace=replace)
    if as_json:
        write_json(told)
        return
    typer.echo(
        f"{counted(told['pupils'], 'pupil')} of {counted(told['schools'], 'school')}, "
        f"{year} {release}, seed {seed}. Nobody in it exists."
    )
    typer.echo(f"Written to {out}.")
