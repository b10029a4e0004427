"""The service itself: who helps with it, and when it does not work or will not."""

from django.db import models

from keystage.store.models.people import Person


class HelpDesk(models.Model):
    """A desk that answers questions in a season; several may, as when a supplier changes."""

    class Told:
        """Of whom each field tells."""

        person = ("entered_by",)
        neither = (
            "year",
            "name",
            "about",
            "hours",
            "telephone",
            "email",
            "website",
            "starts_on",
            "ends_on",
            "entered_at",
        )

    year = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)
    about = models.CharField(max_length=300, blank=True, help_text="What it helps with.")
    hours = models.CharField(max_length=200, blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    website = models.URLField(blank=True, help_text="Where to write or chat.")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        """One of a name in a season; it can be reached in some way."""

        constraints = (
            models.UniqueConstraint(fields=("year", "name"), name="one_desk_of_a_name"),
            models.CheckConstraint(
                condition=~models.Q(telephone="", email="", website=""), name="desk_is_reachable"
            ),
            models.CheckConstraint(
                condition=models.Q(starts_on__isnull=True)
                | models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="desk_ends_after_it_starts",
            ),
        )
        ordering = ("name", "pk")

    def __str__(self) -> str:
        """The name."""
        return self.name


class ServiceNotice(models.Model):
    """Planned works, or a fault: what does not work, from when until when."""

    class Kind(models.TextChoices):
        """Whether it was planned."""

        PLANNED = "planned", "Planned works"
        FAULT = "fault", "Fault"

    class Part(models.TextChoices):
        """What of the service it is about."""

        ALL = "all", "The whole service"
        SENDING = "sending", "Sending returns"
        RESULTS = "results", "Results"
        SYSTEMS = "systems", "The way for systems (API)"

    class Told:
        """Of whom each field tells."""

        person = ("entered_by", "ended_by")
        neither = ("kind", "part", "words", "begins_at", "ends_at", "entered_at", "taken_back_at")

    kind = models.CharField(max_length=10, choices=Kind)
    part = models.CharField(max_length=10, choices=Part, default=Part.ALL)
    words = models.CharField(max_length=300)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True, help_text="Null where nobody knows.")
    taken_back_at = models.DateTimeField(
        null=True, blank=True, help_text="When planned works were called off."
    )
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        """Planned works say until when; nothing ends before it begins; newest first."""

        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind="fault") | models.Q(ends_at__isnull=False),
                name="planned_works_end",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True)
                | models.Q(ends_at__gte=models.F("begins_at")),
                name="notice_ends_after_it_begins",
            ),
        )
        indexes = (models.Index(fields=("ends_at",)),)
        ordering = ("-begins_at", "-pk")

    def __str__(self) -> str:
        """What it says."""
        return self.words

    @classmethod
    def after(cls, moment: object) -> "models.QuerySet[ServiceNotice]":
        """What has not ended at a moment and was not called off.

        Args:
            moment: the moment, or the place of one in a question.
        """
        lasting = models.Q(ends_at__isnull=True) | models.Q(ends_at__gt=moment)
        return cls.objects.filter(lasting, taken_back_at__isnull=True)
