"""``python -m keystage.web forget_second_factor ADDRESS``: for a person who has lost it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from keystage.actions.by import By
from keystage.actions.membership.accounts import forget_second_factor
from keystage.store.models import Person


class Command(BaseCommand):
    """Removes the second factor of one person. Make sure first that it is they who ask."""

    help = "Remove the second factor of a person who has lost it. Make sure first who asks."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose it is."""
        parser.add_argument("address", help="The email address the person signs in with.")

    def handle(self, *_: Any, address: str, **__: Any) -> None:
        """Remove it.

        Raises:
            CommandError: nobody has the address.
        """
        person = Person.objects.filter(email=address.strip().lower()).first()
        if person is None:
            raise CommandError("Nobody has that address. Check how it is written.")
        forget_second_factor(person=person, by=By.service())
        self.stdout.write("The second factor is removed. The person signs in with the password.")
