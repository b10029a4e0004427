"""The mark sheet of a school and season: judgements, their history, and who signed them."""

from django.db import models

from keystage.store.models.organisations import Organisation
from keystage.store.models.people import Person
from keystage.store.models.pupils import CohortPupil


class Sheet(models.Model):
    """One mark sheet a school and season, made from the year's pack of codes and rules.

    ``content_version`` rises with every change that a check or a signature must see; a check or a
    signature that saw an older one is stale.
    """

    class Told:
        """Of whom each field tells."""

        person = ("loaded_by", "checked_by")
        neither = (
            "school",
            "year",
            "pack_version",
            "pack_checksum",
            "loaded_at",
            "content_version",
            "checked_version",
            "checked_at",
            "red",
            "amber",
        )

    school = models.ForeignKey(Organisation, models.PROTECT, related_name="sheets")
    year = models.PositiveSmallIntegerField(help_text="The year of the results.")
    pack_version = models.CharField(max_length=30)
    pack_checksum = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()
    loaded_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    content_version = models.PositiveIntegerField(default=1)
    checked_version = models.PositiveIntegerField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    red = models.PositiveIntegerField(null=True, blank=True, help_text="Faults of the last check.")
    amber = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        """One sheet a school and year."""

        constraints = (
            models.UniqueConstraint(fields=("school", "year"), name="one_sheet_a_season"),
        )

    def __str__(self) -> str:
        """School and year."""
        return f"{self.school} {self.year}"

    @property
    def is_checked(self) -> bool:
        """Whether the last check saw what the sheet holds."""
        return self.checked_version == self.content_version


class Judgement(models.Model):
    """A teacher assessment: one cell of the sheet. A cell without a judgement has no row or ''.

    ``version`` is what a save must name, so that two people never overwrite each other unseen.
    """

    class Told:
        """Of whom each field tells."""

        pupil = ("cohort_pupil", "subject", "code", "p_scale")
        person = ("changed_by",)
        neither = ("version", "changed_at")

    cohort_pupil = models.ForeignKey(CohortPupil, models.CASCADE, related_name="judgements")
    subject = models.CharField(max_length=10)
    code = models.CharField(max_length=10, blank=True)
    p_scale = models.CharField(max_length=10, blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        """One judgement a pupil and subject."""

        constraints = (
            models.UniqueConstraint(
                fields=("cohort_pupil", "subject"), name="one_judgement_a_subject"
            ),
        )

    def __str__(self) -> str:
        """The subject."""
        return self.subject


class JudgementChange(models.Model):
    """One change of one cell. ``batch`` joins the cells of one save, fill or import."""

    class How(models.TextChoices):
        """By what a value came into the cell."""

        ENTERED = "entered", "Entered"
        FILLED = "filled", "Filled down"
        IMPORTED = "imported", "From a file"
        UNDONE = "undone", "Undone"

    class Told:
        """Of whom each field tells."""

        pupil = ("judgement", "before", "after", "p_scale_before", "p_scale_after")
        person = ("by",)
        neither = ("version", "at", "how", "batch", "import_file")

    judgement = models.ForeignKey(Judgement, models.CASCADE, related_name="changes")
    version = models.PositiveIntegerField(help_text="The version the change made.")
    before = models.CharField(max_length=10, blank=True)
    after = models.CharField(max_length=10, blank=True)
    p_scale_before = models.CharField(max_length=10, blank=True)
    p_scale_after = models.CharField(max_length=10, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    how = models.CharField(max_length=10, choices=How)
    batch = models.UUIDField()
    import_file = models.ForeignKey(
        "store.Import", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        """Oldest first; a version is made once."""

        constraints = (
            models.UniqueConstraint(fields=("judgement", "version"), name="one_change_a_version"),
        )
        ordering = ("at", "pk")

    def __str__(self) -> str:
        """How it came about."""
        return self.how


class Acceptance(models.Model):
    """A person's word that what a check asks about is right, with the reason.

    It holds for what the check said then (``what``, of the value ``value``). A change of the value
    breaks it, and the finding has to be accepted again.
    """

    class Told:
        """Of whom each field tells."""

        pupil = ("cohort_pupil", "field", "value", "what", "reason")
        person = ("by", "broken_by")
        neither = ("sheet", "code", "at", "broken_at")

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="acceptances")
    code = models.CharField(max_length=10, help_text="Of the check.")
    cohort_pupil = models.ForeignKey(
        CohortPupil, models.CASCADE, null=True, blank=True, related_name="acceptances"
    )
    field = models.CharField(max_length=40, blank=True, help_text="What of the pupil it is about.")
    value = models.CharField(max_length=200, blank=True)
    what = models.TextField(help_text="What the check said.")
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    broken_at = models.DateTimeField(null=True, blank=True)
    broken_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        """Nothing is accepted without a reason; oldest first."""

        constraints = (
            models.CheckConstraint(condition=~models.Q(reason=""), name="accepted_with_a_reason"),
        )
        ordering = ("at", "pk")

    def __str__(self) -> str:
        """The check."""
        return self.code


class SignOff(models.Model):
    """A person's signature under what the sheet held. Any later change breaks it.

    A class teacher signs classes, the headteacher the sheet. ``seal`` is the digest of what was
    signed; ``broken_at`` is set by the change that broke it.
    """

    class Kind(models.TextChoices):
        """Who signs."""

        CLASS_TEACHER = "class_teacher", "Class teacher"
        HEADTEACHER = "headteacher", "Headteacher"

    class Told:
        """Of whom each field tells."""

        pupil = ("content",)
        person = ("by", "broken_by")
        neither = ("sheet", "kind", "class_name", "at", "seal", "broken_at", "comment")

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="sign_offs")
    kind = models.CharField(max_length=15, choices=Kind)
    class_name = models.CharField(max_length=40, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    seal = models.CharField(max_length=64)
    content = models.JSONField(help_text="What was signed: values by pupil and subject.")
    comment = models.CharField(max_length=500, blank=True)
    broken_at = models.DateTimeField(null=True, blank=True)
    broken_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        """A broken seal names who broke it; oldest first."""

        constraints = (
            models.CheckConstraint(
                condition=models.Q(broken_at__isnull=True, broken_by__isnull=True)
                | models.Q(broken_at__isnull=False, broken_by__isnull=False),
                name="seal_broken_by_somebody",
            ),
        )
        ordering = ("at", "pk")

    def __str__(self) -> str:
        """Who signed."""
        return self.kind
