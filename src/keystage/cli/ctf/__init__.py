"""``keystage ctf``: teacher assessment returns and result files as Common Transfer Files."""

import typer

from keystage.cli.ctf.check import check_command
from keystage.cli.ctf.convert import convert_command
from keystage.cli.ctf.diff import diff_command
from keystage.cli.ctf.expected import expected_command
from keystage.cli.ctf.export import export_command
from keystage.cli.ctf.profile import profile_command
from keystage.cli.ctf.results import results_command
from keystage.cli.ctf.show import show_command

app = typer.Typer(
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="Read, write, check and compare Common Transfer Files (CTF).\n\n"
    "keystage ctf check FILE --year 2026 --expected LIST.csv\n\n"
    "Nothing is sent anywhere: every command works without a network.",
)
app.command("check")(check_command)
app.command("show")(show_command)
app.command("convert")(convert_command)
app.command("diff")(diff_command)
app.command("export")(export_command)
app.command("profile")(profile_command)
app.command("results")(results_command)
app.command("expected")(expected_command)
