"""Decisions of the checking exercise that were handed over to the data store."""

import uuid

from django.db import models

from keystage.store.models.organisations import Organisation
from keystage.store.models.people import Person


class CheckingHandover(models.Model):
    """The decisions of a window as a file for the data store: written once, and never changed."""

    class Told:
        """Of whom each field tells."""

        pupil = ("content",)
        person = ("made_by",)
        neither = (
            "id",
            "organisation",
            "year",
            "window",
            "number",
            "sha256",
            "requests",
            "made_at",
        )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="handovers")
    year = models.PositiveSmallIntegerField()
    window = models.CharField(max_length=40, help_text="Its name in the rules.")
    number = models.PositiveSmallIntegerField(help_text="The files of a window, counted from 1.")
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    requests = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        """A number is one file's, and a content is written once."""

        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "year", "window", "number"), name="one_file_a_number"
            ),
            models.UniqueConstraint(
                fields=("organisation", "year", "window", "sha256"), name="one_file_a_content"
            ),
        )
        ordering = ("-number",)

    def __str__(self) -> str:
        """Window and number."""
        return f"{self.window} {self.year}, file {self.number}"
