"""``python -m keystage.web open_for school CODE NAME``: an organisation and its account manager."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from keystage.actions.by import By
from keystage.actions.opening import Body, first_manager, open_for
from keystage.core.errors import KeystageError
from keystage.store.models import Organisation


class Command(BaseCommand):
    """May be run again, to put right what is known of an organisation."""

    help = "Open the service for an organisation, and name its first account manager."

    def add_arguments(self, parser: CommandParser) -> None:
        """What the organisation is, and who looks after its accounts."""
        parser.add_argument("kind", choices=Organisation.Kind.values)
        parser.add_argument("code", help="the URN of a school, the number of an authority")
        parser.add_argument("name")
        parser.add_argument("--number", default="", help="of a school: seven digits")
        parser.add_argument("--type", default="", help="of a school, such as 'Community school'")
        for kind in ("authority", "trust", "diocese"):
            parser.add_argument(f"--{kind}", default="", help="the code of the one above it")
        parser.add_argument("--manager", help="the address of the first account manager")
        parser.add_argument("--manager-name", default="", help="what they are called")
        parser.add_argument("--until", type=date.fromisoformat, help="the last day of their role")

    def handle(self, *_: Any, **options: Any) -> None:
        """Open it.

        Raises:
            CommandError: something of it cannot be.
        """
        if options["manager"] and not options["until"]:
            raise CommandError("Say with --until which is the last day of the manager's role.")
        above = {kind: options[kind] for kind in ("authority", "trust", "diocese")}
        told = {name: options[name] for name in ("kind", "code", "name", "number")}
        try:
            body = Body(**told, **above, school_type=options["type"])
            organisation = open_for(body, by=By.service())
            self.stdout.write(f"{organisation} is open.")
            if options["manager"]:
                self._name(organisation, options)
        except KeystageError as error:
            raise CommandError(str(error)) from None

    def _name(self, organisation: Organisation, options: dict[str, Any]) -> None:
        person = first_manager(
            organisation=organisation,
            email=options["manager"],
            name=options["manager_name"],
            ends_on=options["until"],
            by=By.service(),
        )
        self.stdout.write(
            f"{person} looks after its accounts. Ask them to open the service, choose to sign in, "
            "then “I forgot my password”, and to give their address."
        )
