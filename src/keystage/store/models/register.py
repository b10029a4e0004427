"""Test week: access arrangements, the attendance register, the headteacher's declaration."""

from django.db import models

from keystage.store.models.people import Person
from keystage.store.models.pupils import CohortPupil
from keystage.store.models.sheets import Sheet


class RegistrationSubmission(models.Model):
    """A person's word that the registrations are done, for some pupils or for none.

    ``seal`` is the digest of the registrations it was said of.
    """

    class Told:
        """Of whom each field tells."""

        person = ("by",)
        neither = ("sheet", "pupils", "seal", "at")

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="registration_submissions")
    pupils = models.PositiveIntegerField(help_text="How many; none is a statement too.")
    seal = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        """Oldest first."""

        ordering = ("at", "pk")

    def __str__(self) -> str:
        """The seal."""
        return self.seal


class Arrangement(models.Model):
    """An access arrangement, or special consideration, of one pupil.

    What sort there are, which of them need permission or notice, and by when, are data of the year.
    """

    class State(models.TextChoices):
        """How far it has come."""

        PROPOSED = "proposed", "To be approved"
        APPROVED = "approved", "Approved"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Told:
        """Of whom each field tells."""

        pupil = ("cohort_pupil", "sort", "tests", "evidence", "answer")
        person = ("entered_by", "decided_by")
        neither = ("state", "late", "version", "entered_at", "decided_at")

    cohort_pupil = models.ForeignKey(CohortPupil, models.CASCADE, related_name="arrangements")
    sort = models.CharField(max_length=40, help_text="Key of the year's arrangements.")
    tests = models.JSONField(default=list, help_text="The tests it is for; empty for all.")
    evidence = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    late = models.BooleanField(default=False, help_text="Entered after its last day.")
    answer = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        """Oldest first."""

        ordering = ("entered_at", "pk")

    def __str__(self) -> str:
        """The identifier."""
        return str(self.pk)


class Attendance(models.Model):
    """What the register says of one pupil and one paper. A paper without a row is not yet known."""

    class Told:
        """Of whom each field tells."""

        pupil = ("cohort_pupil", "paper", "code", "note")
        person = ("changed_by",)
        neither = ("version", "changed_at")

    cohort_pupil = models.ForeignKey(CohortPupil, models.CASCADE, related_name="attendance")
    paper = models.CharField(max_length=30, help_text="Key of a paper of the year.")
    code = models.CharField(max_length=10, blank=True)
    note = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        """One code a pupil and paper."""

        constraints = (
            models.UniqueConstraint(fields=("cohort_pupil", "paper"), name="one_code_a_paper"),
        )

    def __str__(self) -> str:
        """The paper."""
        return self.paper


class AttendanceChange(models.Model):
    """A change of what the register says: before, after, who and when."""

    class Told:
        """Of whom each field tells."""

        pupil = ("attendance", "before", "after", "reason")
        person = ("by",)
        neither = ("version", "at")

    attendance = models.ForeignKey(Attendance, models.CASCADE, related_name="changes")
    version = models.PositiveIntegerField()
    before = models.CharField(max_length=10, blank=True)
    after = models.CharField(max_length=10, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        """Oldest first; a version is made once."""

        constraints = (
            models.UniqueConstraint(
                fields=("attendance", "version"), name="one_attendance_change_a_version"
            ),
        )
        ordering = ("at", "pk")

    def __str__(self) -> str:
        """The version it made."""
        return str(self.version)


class RegisterConfirmation(models.Model):
    """A person's word that the register is right. A later change breaks it."""

    class Told:
        """Of whom each field tells."""

        person = ("by", "broken_by")
        neither = ("sheet", "at", "seal", "broken_at")

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="register_confirmations")
    seal = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    broken_at = models.DateTimeField(null=True, blank=True)
    broken_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        """Oldest first; one holds at a time."""

        constraints = (
            models.UniqueConstraint(
                fields=("sheet",),
                condition=models.Q(broken_at__isnull=True),
                name="one_confirmed_register",
            ),
        )
        ordering = ("at", "pk")

    def __str__(self) -> str:
        """The seal."""
        return self.seal


class Declaration(models.Model):
    """The headteacher's declaration about the tests: drafted, signed, perhaps made again.

    ``seal`` is the digest of the register it was signed under.
    """

    class Outcome(models.TextChoices):
        """What it says."""

        CONFIRMED = "confirmed", "All tests were given as they should be"
        NONE_TOOK_PART = "none", "No pupil took part"
        CANNOT_CONFIRM = "cannot", "Cannot confirm"

    class Told:
        """Of whom each field tells."""

        person = ("drafted_by", "signed_by")
        neither = (
            "sheet",
            "outcome",
            "explanation",
            "for_authority",
            "drafted_at",
            "signed_at",
            "seal",
            "counts",
            "replaced_at",
        )

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="declarations")
    outcome = models.CharField(max_length=10, choices=Outcome)
    explanation = models.TextField(blank=True, max_length=1000)
    for_authority = models.BooleanField(
        default=False, help_text="Whether the authority's own form is signed with it."
    )
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    seal = models.CharField(max_length=64, blank=True)
    counts = models.JSONField(default=dict, help_text="What the register said when it was signed.")
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """One stands at a time; who cannot confirm says why."""

        constraints = (
            models.UniqueConstraint(
                fields=("sheet",),
                condition=models.Q(replaced_at__isnull=True),
                name="one_declaration_stands",
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome="cannot") | ~models.Q(explanation=""),
                name="says_why_it_cannot",
            ),
        )
        ordering = ("drafted_at", "pk")

    def __str__(self) -> str:
        """What it says."""
        return self.outcome
