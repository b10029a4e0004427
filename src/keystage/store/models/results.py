"""Test results that came back, and what a school adds for parents."""

from django.db import models

from keystage.store.models.files import Import
from keystage.store.models.people import Person
from keystage.store.models.pupils import CohortPupil


class Result(models.Model):
    """What the tests of one subject gave one pupil. Null is not known; an outcome says why."""

    class Told:
        """Of whom each field tells."""

        pupil = ("cohort_pupil", "subject", "raw_mark", "scaled_score", "outcome")
        neither = ("import_file", "version", "changed_at")

    cohort_pupil = models.ForeignKey(CohortPupil, models.CASCADE, related_name="results")
    subject = models.CharField(max_length=10)
    raw_mark = models.PositiveSmallIntegerField(null=True, blank=True)
    scaled_score = models.PositiveSmallIntegerField(null=True, blank=True)
    outcome = models.CharField(max_length=10, blank=True)
    import_file = models.ForeignKey(
        Import, models.SET_NULL, null=True, blank=True, related_name="results"
    )
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()

    class Meta:
        """One result a pupil and subject."""

        constraints = (
            models.UniqueConstraint(
                fields=("cohort_pupil", "subject"), name="one_result_a_subject"
            ),
        )

    def __str__(self) -> str:
        """The subject."""
        return self.subject


class ResultChange(models.Model):
    """One change of one result: before and after, by which file and person."""

    class Told:
        """Of whom each field tells."""

        pupil = ("result", "before", "after")
        person = ("by",)
        neither = ("at", "import_file", "version")

    result = models.ForeignKey(Result, models.CASCADE, related_name="changes")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    import_file = models.ForeignKey(
        Import, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        """Oldest first."""

        ordering = ("at", "pk")

    def __str__(self) -> str:
        """The version it made."""
        return str(self.version)


class ReportNote(models.Model):
    """What a school adds to a pupil's report for parents: attendance and comments."""

    class Told:
        """Of whom each field tells."""

        pupil = (
            "cohort_pupil",
            "sessions_possible",
            "sessions_attended",
            "sessions_unauthorised",
            "teacher_comment",
            "head_comment",
        )
        person = ("changed_by",)
        neither = ("version", "changed_at")

    cohort_pupil = models.OneToOneField(CohortPupil, models.CASCADE, related_name="note")
    sessions_possible = models.PositiveSmallIntegerField(null=True, blank=True)
    sessions_attended = models.PositiveSmallIntegerField(null=True, blank=True)
    sessions_unauthorised = models.PositiveSmallIntegerField(null=True, blank=True)
    teacher_comment = models.TextField(blank=True)
    head_comment = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        """The pupil's identifier."""
        return str(self.cohort_pupil_id)
