"""Deletions for good of releases of figures: proposed by one person, approved by another."""

from django.db import models

from keystage.store.models.figures import FiguresRelease
from keystage.store.models.people import Person


class FiguresPurge(models.Model):
    """That a release is to be deleted as a whole. It goes with the release; the audit stays."""

    class Told:
        """Of whom each field tells."""

        person = ("proposed_by", "approved_by")
        neither = ("release", "why", "proposed_at", "approved_at")

    release = models.OneToOneField(FiguresRelease, models.CASCADE, related_name="purge")
    why = models.CharField(max_length=500)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        """The release."""
        return str(self.release)
