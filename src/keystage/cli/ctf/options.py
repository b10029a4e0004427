"""Options that several commands of the group take, worded once."""

from pathlib import Path
from typing import Annotated

import typer

Year = Annotated[
    int,
    typer.Option(
        "--year", help="The summer the key stage ends: 2026 for the academic year 2025/26."
    ),
]
YearIfGiven = Annotated[
    int | None,
    typer.Option(
        "--year",
        help="The summer the key stage ends, such as 2026. Left out, it is the latest year the "
        "file has key stage 2 results of.",
    ),
]
Profile = Annotated[
    Path | None,
    typer.Option(
        "--profile",
        help="A file that says what result rows are about, made with keystage ctf profile.",
    ),
]
Expected = Annotated[
    Path | None,
    typer.Option(
        "--expected",
        help="The pupils you expect with their test registration, CSV or Excel; keystage ctf "
        "expected writes an empty one.",
    ),
]
Replace = Annotated[
    bool, typer.Option("--replace", help="Write over a file that is there already.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON. It names pupils by UPN only.")]
