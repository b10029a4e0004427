"""Options that several commands of the group take, worded once."""

from pathlib import Path
from typing import Annotated

import typer

Cohort = Annotated[
    Path, typer.Argument(metavar="DIR", help="The folder that keystage cohort make has written.")
]
Replace = Annotated[
    bool, typer.Option("--replace", help="Write over what is there from an earlier run.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
NewFolder = Annotated[
    Path, typer.Option("-o", "--out", metavar="FOLDER", help="The folder to write, new or empty.")
]
Trail = Annotated[
    Path,
    typer.Argument(
        metavar="TRAIL", help="The folder that keystage cohort paper or cohort faults has written."
    ),
]
