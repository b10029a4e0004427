"""Set up an invented authority on the eve of its deadline; or play its whole season and count."""

import secrets
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from keystage.actions.inventing.figures import Played
from keystage.actions.inventing.playing import play
from keystage.actions.inventing.rehearsal import FAULTY, RIGHT, Rehearsal, set_scene
from keystage.core.errors import KeystageError

_WORDS = 4


class Command(BaseCommand):
    """For practising a deadline; never for a service with real people."""

    help = "Fill an empty service with invented schools whose files have mistakes, to practise."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which season, how many schools, and how many of them make a mistake."""
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--schools", type=int, default=60)
        parser.add_argument(
            "--mistakes", type=float, default=0.5, help="the share of schools with one, 0 to 1"
        )
        parser.add_argument("--files", type=Path, help="a new folder for the schools' files")
        parser.add_argument(
            "--play", action="store_true", help="send everything, and say what was found when"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Set up; and play, if that was asked for."""
        del args
        if settings.PRODUCTION:
            raise CommandError("A rehearsal has no place in a service in production.")
        password = "-".join(secrets.token_hex(2) for _ in range(_WORDS))
        try:
            scene = set_scene(
                year=options["year"],
                seed=options["seed"],
                schools=options["schools"],
                rate=options["mistakes"],
                password=password,
                files=options["files"] or Path(settings.FOLDER) / "rehearsal",
            )
            password_file = Path(settings.FOLDER) / "invented-password"
            password_file.touch(mode=0o600)
            password_file.write_text(password, encoding="utf-8")
            console = Console(soft_wrap=True)
            if options["play"]:
                _figures(play(scene, console.print), console)
            else:
                _eve(scene, password, console)
        except KeystageError as error:
            raise CommandError(str(error)) from error


def _eve(scene: Rehearsal, password: str, console: Console) -> None:
    """What there is to do on the eve."""
    first, second = (
        scene.people[role].email for role in ("authority_officer", "authority_officer_second")
    )
    faulty = scene.answers["school"].n_unique()
    console.print(
        f"{len(scene.sheets)} schools of {scene.authority} are ready to send, "
        f"{faulty} of them with a mistake."
    )
    console.print(f"Sign in as {first}, and send {scene.files / f'{FAULTY}.zip'} as a batch.")
    console.print(f"Then sign in as {second}, and submit what is ready.")
    console.print(f"The same files without mistakes: {scene.files / f'{RIGHT}.zip'}")
    console.print(f"What the mistakes are: {scene.files / FAULTY / 'answers.csv'}")
    console.print(f"\nThe password of every account: {password}")


def _figures(played: Played, console: Console) -> None:
    """What was found, and how the season ended."""
    table = Table(box=None, title="Mistakes, and how many were found", title_justify="left")
    for head in ("Mistake", "Shows first at"):
        table.add_column(head)
    for head in ("There", "Found"):
        table.add_column(head, justify="right")
    for one in played.found:
        row = (one.kind.replace("_", " "), one.when, str(one.seeded), str(one.found))
        table.add_row(*row)
    console.print(table)
    lines = (
        (
            f"{played.refused} of {played.schools} files were refused at first, "
            f"{len(played.false_red)} of them without a mistake."
        ),
        (
            f"{played.accepted_first} returns were accepted with their first file, "
            f"{played.accepted} in the end."
        ),
        f"{played.received:,} of {played.expected:,} expected pupils were received in the end.",
        (
            f"Said of lists and results that are right: differences {played.false_differences}, "
            f"exchanges {played.false_pairs}, others {played.false_results}."
        ),
    )
    for words in lines:
        console.print(words)
