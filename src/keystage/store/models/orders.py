"""Before registration: the tests a school orders, and the authority that monitors it."""

from django.db import models

from keystage.store.models.organisations import Organisation
from keystage.store.models.people import Person


class PapersOrder(models.Model):
    """A school's order of tests for a season. A later order takes the place of the one before."""

    class Told:
        """Of whom each field tells."""

        person = ("placed_by", "replaced_by")
        neither = ("school", "year", "numbers", "placed_at", "replaced_at")

    school = models.ForeignKey(Organisation, models.CASCADE, related_name="papers_orders")
    year = models.PositiveSmallIntegerField()
    numbers = models.JSONField(help_text="By test and material of the year: how many.")
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(null=True, blank=True)
    replaced_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        """Oldest first; one stands at a time."""

        constraints = (
            models.UniqueConstraint(
                fields=("school", "year"),
                condition=models.Q(replaced_at__isnull=True),
                name="one_order_stands",
            ),
        )
        ordering = ("placed_at", "pk")

    def __str__(self) -> str:
        """The season."""
        return str(self.year)


class Monitoring(models.Model):
    """That an authority monitors and moderates a school in a season: asked, then agreed or not."""

    class State(models.TextChoices):
        """How far it has come."""

        ASKED = "asked", "Waits for the authority"
        AGREED = "agreed", "Agreed"
        DECLINED = "declined", "Declined"
        ENDED = "ended", "Taken back"

    class Told:
        """Of whom each field tells."""

        person = ("asked_by", "answered_by")
        neither = (
            "school",
            "authority",
            "year",
            "state",
            "reason",
            "asked_at",
            "answered_at",
            "agreed_at",
        )

    school = models.ForeignKey(Organisation, models.CASCADE, related_name="monitoring")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="monitored")
    year = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    reason = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    agreed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Oldest first; one is asked or agreed at a time."""

        constraints = (
            models.UniqueConstraint(
                fields=("school", "year"),
                condition=models.Q(state__in=("asked", "agreed")),
                name="one_authority_monitors",
            ),
        )
        indexes = (models.Index(fields=("authority", "year")),)
        ordering = ("asked_at", "pk")

    def __str__(self) -> str:
        """How far it is."""
        return self.state
