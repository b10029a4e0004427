"""Systems that act for an organisation through the API, and what they asked already."""

from django.db import models

from keystage.store.models.organisations import Organisation
from keystage.store.models.people import Person


class SystemAccess(models.Model):
    """The leave of a system to act for an organisation, within scopes and until a day.

    It works once a second person has confirmed it. The secret is kept by the identity provider.
    """

    class Told:
        """Of whom each field tells."""

        person = ("made_by", "confirmed_by", "withdrawn_by")
        neither = (
            "organisation",
            "name",
            "client_id",
            "scopes",
            "ends_on",
            "made_at",
            "confirmed_at",
            "withdrawn_at",
            "used_at",
        )

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="systems")
    name = models.CharField(max_length=100)
    client_id = models.CharField(max_length=100, unique=True)
    scopes = models.JSONField(default=list)
    ends_on = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Newest first."""

        ordering = ("-made_at",)

    def __str__(self) -> str:
        """What it is called."""
        return self.name


class SystemRequest(models.Model):
    """A request with an idempotency key, and what was answered: asked again, it is answered so."""

    class Told:
        """Of whom each field tells."""

        pupil = ("answer",)
        neither = ("system", "key", "route", "digest", "status", "at")

    system = models.ForeignKey(SystemAccess, models.CASCADE, related_name="requests")
    key = models.CharField(max_length=100)
    route = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, help_text="Of what was asked.")
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        """A key is used once a system."""

        constraints = (models.UniqueConstraint(fields=("system", "key"), name="one_key_a_request"),)

    def __str__(self) -> str:
        """The key."""
        return self.key
