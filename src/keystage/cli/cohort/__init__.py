"""``keystage cohort``: an invented England, to test, train and measure with."""

import typer

from keystage.cli.cohort.faults import faults_command
from keystage.cli.cohort.make import make_command
from keystage.cli.cohort.paper import paper_command
from keystage.cli.cohort.report import report_command
from keystage.cli.cohort.score import score_command

app = typer.Typer(
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="Make an invented England, to test, train and measure with.\n\n"
    "keystage cohort make --year 2022 --seed 1 --schools 60 -o cohort\n\n"
    "Nobody in it exists, and it says so. It needs the extra: pip install 'keystage[cohort]'.",
)
app.command("make")(make_command)
app.command("report")(report_command)
app.command("paper")(paper_command)
app.command("faults")(faults_command)
app.command("score")(score_command)
