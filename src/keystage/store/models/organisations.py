"""Schools, trusts, local authorities, dioceses and the national agency."""

from django.db import models


class Organisation(models.Model):
    """A body people work for. A school stands in an authority, perhaps in a trust and a diocese."""

    class Kind(models.TextChoices):
        """What sort of body it is; the scope of a grant is reckoned from it."""

        SCHOOL = "school", "School"
        TRUST = "trust", "Trust"
        AUTHORITY = "authority", "Local authority"
        DIOCESE = "diocese", "Diocese"
        NATIONAL = "national", "National body"

    class Told:
        """Of whom each field tells: pupils, people who work with the service, or neither."""

        neither = (
            "kind",
            "code",
            "name",
            "number",
            "school_type",
            "authority",
            "trust",
            "diocese",
        )

    kind = models.CharField(max_length=10, choices=Kind)
    code = models.CharField(
        max_length=12, help_text="URN of a school, number of an authority, identifier of a trust."
    )
    name = models.CharField(max_length=150)
    number = models.CharField(
        max_length=7, blank=True, help_text="Authority and establishment number of a school."
    )
    school_type = models.CharField(max_length=60, blank=True)
    authority = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="schools_of_authority"
    )
    trust = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="schools_of_trust"
    )
    diocese = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="schools_of_diocese"
    )

    class Meta:
        """A code is one body's of its kind."""

        constraints = (
            models.UniqueConstraint(fields=("kind", "code"), name="one_body_a_code"),
            models.UniqueConstraint(
                fields=("number",), condition=~models.Q(number=""), name="one_school_a_number"
            ),
        )
        ordering = ("kind", "name")

    def __str__(self) -> str:
        """The name, for people."""
        return self.name


class OrganisationSetting(models.Model):
    """What an organisation has decided for itself, such as the wording of a warning."""

    class Told:
        """Of whom each field tells."""

        neither = ("organisation", "name", "value", "changed_at")
        person = ("changed_by",)

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="settings")
    name = models.CharField(max_length=60)
    value = models.JSONField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey("store.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        """One value a setting."""

        constraints = (
            models.UniqueConstraint(fields=("organisation", "name"), name="one_value_a_setting"),
        )

    def __str__(self) -> str:
        """The setting's name."""
        return self.name
