"""The dates of a season as they were set and moved, and who wants to be told of them."""

from django.db import models

from keystage.store.models.organisations import Organisation
from keystage.store.models.people import Person


class DateChange(models.Model):
    """A date of a season, set or moved by a person. The newest of an event is in force.

    A national body sets it for everybody, an authority for its own schools: there the earlier of
    the two binds. What the year's file says holds until a national body sets something else.
    """

    class Told:
        """Of whom each field tells."""

        person = ("by",)
        neither = ("organisation", "year", "event", "moment", "reason", "source", "at")

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="date_changes")
    year = models.PositiveSmallIntegerField()
    event = models.CharField(max_length=40, help_text="Key of an event of the year's calendar.")
    moment = models.DateTimeField(
        null=True, blank=True, help_text="Null where it was taken back: not yet known."
    )
    reason = models.CharField(max_length=300)
    source = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        """Oldest first; nothing is moved without a reason."""

        constraints = (
            models.CheckConstraint(condition=~models.Q(reason=""), name="moved_with_a_reason"),
        )
        indexes = (models.Index(fields=("organisation", "year", "event")),)
        ordering = ("at", "pk")

    def __str__(self) -> str:
        """The event."""
        return self.event


class CalendarFeed(models.Model):
    """A secret address at which a calendar program fetches the dates of one organisation."""

    class Told:
        """Of whom each field tells."""

        person = ("person",)
        neither = ("organisation", "year", "token_hash", "made_at", "withdrawn_at")

    person = models.ForeignKey(Person, models.CASCADE, related_name="feeds")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="feeds")
    year = models.PositiveSmallIntegerField()
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        """Whose dates."""
        return f"{self.organisation} {self.year}"


class Reminder(models.Model):
    """A reminder that was sent: once a person, event and moment."""

    class Told:
        """Of whom each field tells."""

        person = ("person",)
        neither = ("organisation", "year", "event", "moment", "days_before", "sent_at")

    person = models.ForeignKey(Person, models.CASCADE, related_name="reminders")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField()
    event = models.CharField(max_length=40)
    moment = models.DateTimeField()
    days_before = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField()

    class Meta:
        """One reminder is sent once."""

        constraints = (
            models.UniqueConstraint(
                fields=("person", "organisation", "year", "event", "moment", "days_before"),
                name="reminded_once",
            ),
        )

    def __str__(self) -> str:
        """The event."""
        return self.event
