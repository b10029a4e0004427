"""``keystage cohort faults``: seeded mistakes, with an answer key."""

from typing import Annotated

import typer

from keystage.cli.cohort import options


def faults_command(
    folder: options.Trail,
    *,
    out: options.NewFolder,
    seed: Annotated[
        int, typer.Option("--seed", min=0, help="The same seed always makes the same mistakes.")
    ],
    rate: Annotated[
        float, typer.Option("--rate", help="The share of schools with a mistake, 0 to 1.")
    ],
    as_json: options.AsJson = False,
) -> None:
    """Write a paper trail anew, with the mistakes that schools make.

    keystage cohort faults trail -o faulty --seed 1 --rate 0.2

    The mistakes are of the kinds that schools and authorities tell of: pupils missed off, blank
    subjects, shifted columns, wrong numbers, old files and so on. The answer key, answers.csv and
    answers.parquet, says which pupil of which school has which, and what checks must find.

    Exits 0 when the folder was written, 2 when the request is wrong, and 3 when the trail cannot be
    read or the folder has something in it.
    """
    from keystage.flows.cohort.installed import see_what_is_installed

    see_what_is_installed()
    from keystage.cli.ctf.progress import counting
    from keystage.cli.terminal import counted, write_json
    from keystage.flows.cohort.faulting import write_faults
    from keystage.flows.cohort.trail import open_trail

    trail = open_trail(folder)
    with counting("Authorities") as progress:
        answers = write_faults(trail, out, seed=seed, rate=rate, progress=progress)
    schools = answers["school"].n_unique()
    if as_json:
        counts = answers["kind"].value_counts(sort=True)
        kinds = dict(zip(counts["kind"], counts["count"], strict=True))
        write_json({"faults": answers.height, "schools": schools, "kinds": kinds})
        return
    typer.echo(f"{counted(answers.height, 'mistake')} in {counted(schools, 'school')}.")
    typer.echo(f"Written to {out}, with the answer key in answers.csv.")
