"""Moderation: which schools are visited, which pupils, what was found and what changed."""

from django.db import models

from keystage.store.models.organisations import Organisation
from keystage.store.models.people import Person
from keystage.store.models.pupils import CohortPupil


class Moderation(models.Model):
    """A school chosen for moderation of its writing in a season."""

    class Outcome(models.TextChoices):
        """What the visit found."""

        UPHELD = "upheld", "Judgements stand"
        CHANGED = "changed", "Judgements were changed"
        REVISIT = "revisit", "To be visited again"

    class Told:
        """Of whom each field tells."""

        person = ("chosen_by", "visited_by", "recorded_by", "withdrawn_by", "overridden_by")
        neither = (
            "school",
            "year",
            "chosen_at",
            "told_at",
            "hold",
            "visit_on",
            "visited_on",
            "outcome",
            "note",
            "recorded_at",
            "withdrawn_at",
            "withdrawn_reason",
            "overridden_at",
            "overridden_reason",
            "version",
        )

    school = models.ForeignKey(Organisation, models.PROTECT, related_name="moderations")
    year = models.PositiveSmallIntegerField()
    chosen_at = models.DateTimeField()
    chosen_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    told_at = models.DateTimeField(null=True, blank=True, help_text="When the school may know.")
    hold = models.BooleanField(default=True, help_text="The return waits for the visit.")
    visit_on = models.DateField(null=True, blank=True)
    visited_on = models.DateField(null=True, blank=True)
    visited_by = models.CharField(max_length=150, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    note = models.TextField(blank=True)
    recorded_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)
    withdrawn_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    overridden_at = models.DateTimeField(
        null=True, blank=True, help_text="When the school set the hold aside."
    )
    overridden_reason = models.CharField(max_length=300, blank=True)
    overridden_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """One stands a school and season; an outcome belongs to a visit."""

        constraints = (
            models.UniqueConstraint(
                fields=("school", "year"),
                condition=models.Q(withdrawn_at__isnull=True),
                name="one_moderation_a_season",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="") | models.Q(visited_on__isnull=False),
                name="outcome_of_a_visit",
            ),
            models.CheckConstraint(
                condition=models.Q(overridden_at__isnull=True) | ~models.Q(overridden_reason=""),
                name="hold_set_aside_with_a_reason",
            ),
        )

    def __str__(self) -> str:
        """School and year."""
        return f"{self.school} {self.year}"


class ModeratedPupil(models.Model):
    """A pupil of the sample, and what was agreed at the visit.

    ``before`` is the judgement as it stood when the visit began, once that is recorded. ``after``
    is empty until the visit; equal to ``before`` where the judgement stands.
    """

    class Told:
        """Of whom each field tells."""

        pupil = ("cohort_pupil", "subject", "before", "after", "reason")
        neither = ("moderation",)

    moderation = models.ForeignKey(Moderation, models.CASCADE, related_name="sample")
    cohort_pupil = models.ForeignKey(CohortPupil, models.CASCADE, related_name="moderated")
    subject = models.CharField(max_length=10)
    before = models.CharField(max_length=10, blank=True)
    after = models.CharField(max_length=10, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        """Once a pupil and subject; a change says why."""

        constraints = (
            models.UniqueConstraint(
                fields=("moderation", "cohort_pupil", "subject"), name="once_in_a_sample"
            ),
            models.CheckConstraint(
                condition=models.Q(after="")
                | models.Q(after=models.F("before"))
                | ~models.Q(reason=""),
                name="changed_at_the_visit_for_a_reason",
            ),
        )

    def __str__(self) -> str:
        """The subject."""
        return self.subject
