"""Pupils of a school, and the cohort of a season: who is assessed, and registered how."""

import uuid

from django.db import models

from keystage.store.models.organisations import Organisation


class Pupil(models.Model):
    """A pupil on the roll of a school. Contacts, addresses and health are never kept."""

    class Sex(models.TextChoices):
        """As transfer files have it."""

        FEMALE = "F", "Female"
        MALE = "M", "Male"

    class Told:
        """Of whom each field tells."""

        pupil = (
            "upn",
            "former_upn",
            "surname",
            "forename",
            "preferred_surname",
            "preferred_forename",
            "birth_date",
            "sex",
            "year_group",
            "year_taught",
            "class_name",
            "entered_on",
            "left_on",
            "left_to_authority",
            "left_to_school",
            "ks1_reading",
            "ks1_writing",
            "ks1_maths",
        )
        neither = ("id", "school", "version", "made_at", "changed_at")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    school = models.ForeignKey(Organisation, models.PROTECT, related_name="pupils")
    upn = models.CharField(max_length=13)
    former_upn = models.CharField(max_length=13, blank=True)
    surname = models.CharField(max_length=128)
    forename = models.CharField(max_length=128)
    preferred_surname = models.CharField(max_length=128, blank=True)
    preferred_forename = models.CharField(max_length=128, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=1, choices=Sex, blank=True)
    year_group = models.CharField(max_length=2, blank=True)
    year_taught = models.CharField(max_length=2, blank=True)
    class_name = models.CharField(max_length=40, blank=True)
    entered_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)
    left_to_authority = models.CharField(max_length=100, blank=True)
    left_to_school = models.CharField(max_length=150, blank=True)
    ks1_reading = models.CharField(max_length=10, blank=True, help_text="Outcome at key stage 1.")
    ks1_writing = models.CharField(max_length=10, blank=True)
    ks1_maths = models.CharField(max_length=10, blank=True)
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        """A UPN is one pupil's in a school; a pupil may wait for one."""

        constraints = (
            models.UniqueConstraint(
                fields=("school", "upn"), condition=~models.Q(upn=""), name="one_pupil_a_upn"
            ),
        )
        ordering = ("surname", "forename", "upn")

    def __str__(self) -> str:
        """The identifier, so that no name ends in a log."""
        return str(self.pk)

    @property
    def full_name(self) -> str:
        """Surname, forename: as sheets list pupils."""
        return f"{self.surname}, {self.forename}"


class RollChange(models.Model):
    """A change of what the roll says of a pupil: before, after, who, when, and out of what file.

    A pupil who came onto the roll has a row of its own, of the field ``roll``.
    """

    class Told:
        """Of whom each field tells."""

        pupil = ("pupil", "field", "before", "after", "reason")
        person = ("by",)
        neither = ("at", "import_file")

    pupil = models.ForeignKey(Pupil, models.CASCADE, related_name="changes")
    field = models.CharField(max_length=20)
    before = models.CharField(max_length=150, blank=True)
    after = models.CharField(max_length=150, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey("store.Person", models.PROTECT, related_name="+")
    import_file = models.ForeignKey(
        "store.Import", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        """Oldest first."""

        ordering = ("at", "pk")

    def __str__(self) -> str:
        """What was changed."""
        return self.field


class CohortPupil(models.Model):
    """A pupil in the cohort of a school's season, or taken out of it with a reason."""

    class How(models.TextChoices):
        """Why the pupil is in the cohort."""

        YEAR_GROUP = "year_group", "In the year group"
        ADDED = "added", "Added by a person"

    class Told:
        """Of whom each field tells."""

        pupil = (
            "pupil",
            "how",
            "removed",
            "reason",
            "reading",
            "gps",
            "maths",
            "on_register",
        )
        person = ("decided_by",)
        neither = ("sheet", "decided_at", "version")

    sheet = models.ForeignKey("store.Sheet", models.CASCADE, related_name="cohort")
    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="cohorts")
    how = models.CharField(max_length=10, choices=How)
    removed = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, blank=True)
    reading = models.CharField(max_length=20, blank=True, help_text="Registration of the test.")
    gps = models.CharField(max_length=20, blank=True)
    maths = models.CharField(max_length=20, blank=True)
    on_register = models.BooleanField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "store.Person", models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """A pupil stands in a cohort once; who is taken out has a reason."""

        constraints = (
            models.UniqueConstraint(fields=("sheet", "pupil"), name="once_in_a_cohort"),
            models.CheckConstraint(
                condition=models.Q(removed=False) | ~models.Q(reason=""),
                name="removed_with_a_reason",
            ),
        )

    def __str__(self) -> str:
        """The pupil's identifier."""
        return str(self.pupil_id)


class RegistrationChange(models.Model):
    """A change of what is known of a pupil in a cohort: before, after, who and when."""

    class Told:
        """Of whom each field tells."""

        pupil = ("cohort_pupil", "field", "before", "after", "reason")
        person = ("by",)
        neither = ("at", "import_file")

    cohort_pupil = models.ForeignKey(CohortPupil, models.CASCADE, related_name="changes")
    field = models.CharField(max_length=20)
    before = models.CharField(max_length=200, blank=True)
    after = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey("store.Person", models.PROTECT, related_name="+")
    import_file = models.ForeignKey(
        "store.Import", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        """Oldest first."""

        ordering = ("at", "pk")

    def __str__(self) -> str:
        """What was changed."""
        return self.field
