"""Figures: releases of measures as they were computed, for good.

Rows of contents and pupils are added while a release is being made and never changed afterwards;
the database refuses it. A release that is purged goes as a whole.
"""

import uuid

from django.db import models

from keystage.store.models.jobs import Job
from keystage.store.models.organisations import Organisation
from keystage.store.models.people import Person


class FiguresRelease(models.Model):
    """Every measure of a cohort, computed once. Seen by its makers until its minute has come."""

    class Stage(models.TextChoices):
        """How far the year's data have come."""

        UNAMENDED = "unamended", "Unamended"
        PROVISIONAL = "provisional", "Provisional"
        REVISED = "revised", "Revised"
        FINAL = "final", "Final"

    class State(models.TextChoices):
        """How far the release itself has come."""

        ASKED = "asked", "Being computed"
        FAILED = "failed", "Could not be computed"
        COMPUTED = "computed", "To be reviewed"
        APPROVED = "approved", "Approved"
        WITHDRAWN = "withdrawn", "Withdrawn"
        PURGED = "purged", "Being deleted for good"

    class Told:
        """Of whom each field tells."""

        person = ("asked_by", "minute_by", "approved_by", "withdrawn_by")
        neither = (
            "id",
            "organisation",
            "year",
            "stage",
            "version",
            "state",
            "before",
            "derived",
            "national",
            "rules",
            "rules_sha256",
            "engine",
            "inputs",
            "outputs",
            "counts",
            "notes",
            "note",
            "failed_why",
            "job",
            "asked_at",
            "computed_at",
            "approved_at",
            "shown_at",
            "withdrawn_at",
            "withdrawn_why",
        )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="figures_releases", help_text="Who makes it."
    )
    year = models.PositiveSmallIntegerField()
    stage = models.CharField(max_length=12, choices=Stage)
    version = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    before = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="after",
        help_text="The release it is compared with.",
    )
    derived = models.BooleanField(default=False, help_text="The reference is made from its pupils.")
    national = models.BooleanField(default=False, help_text="Its pupils are all of England.")
    rules = models.TextField(
        blank=True, help_text="Tables of the year that were used in place of those shipped."
    )
    rules_sha256 = models.CharField(max_length=64, blank=True)
    engine = models.CharField(max_length=40, blank=True)
    inputs = models.JSONField(default=dict)
    outputs = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    notes = models.JSONField(default=list)
    note = models.CharField(max_length=500, blank=True)
    failed_why = models.CharField(max_length=500, blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    computed_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    shown_at = models.DateTimeField(null=True, blank=True, help_text="To those entitled to it.")
    minute_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who set another minute last.",
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_why = models.CharField(max_length=500, blank=True)

    class Meta:
        """A version is one release's of its maker, year and stage."""

        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "year", "stage", "version"), name="one_figures_release"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="approved")
                | models.Q(approved_at__isnull=False, shown_at__isnull=False),
                name="approved_figures_have_a_minute",
            ),
        )
        ordering = ("-year", "-asked_at")

    def __str__(self) -> str:
        """Year, stage and version."""
        return f"{self.year} {self.get_stage_display().lower()}, version {self.version}"


class FiguresInput(models.Model):
    """A file that a release is made of. Pupils are dropped once they are kept by school."""

    class What(models.TextChoices):
        """What it holds."""

        PUPILS = "pupils", "Pupils"
        SCHOOLS = "schools", "Schools"
        CHARACTERISTICS = "characteristics", "Characteristics of pupils"
        REFERENCE = "reference", "Tables of the year"

    class Told:
        """Of whom each field tells."""

        pupil = ("content",)
        neither = ("release", "what", "name", "bytes", "sha256")

    release = models.ForeignKey(FiguresRelease, models.CASCADE, related_name="files")
    what = models.CharField(max_length=15, choices=What)
    name = models.CharField(max_length=255)
    bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(null=True, blank=True)

    class Meta:
        """One of each."""

        constraints = (
            models.UniqueConstraint(fields=("release", "what"), name="one_figures_input"),
        )

    def __str__(self) -> str:
        """What it holds."""
        return self.what


class FiguresContent(models.Model):
    """What a release says of one school, trust, area or the nation, at one level of data."""

    class Kind(models.TextChoices):
        """Of what it is."""

        SCHOOL = "school", "School"
        TRUST = "trust", "Trust"
        AUTHORITY = "la", "Local authority"
        REGION = "region", "Region"
        NATIONAL = "national", "England"

    class Level(models.TextChoices):
        """How much it tells."""

        COMPLETE = "complete", "Complete"
        SUPPRESSED = "suppressed", "Suppressed"

    class Told:
        """Of whom each field tells."""

        neither = ("release", "kind", "code", "level", "name", "content", "sha256")

    release = models.ForeignKey(FiguresRelease, models.CASCADE, related_name="contents")
    kind = models.CharField(max_length=10, choices=Kind)
    code = models.CharField(max_length=40)
    level = models.CharField(max_length=10, choices=Level)
    name = models.CharField(max_length=150, blank=True)
    content = models.BinaryField(help_text="Encoded by flows.figures.contents.")
    sha256 = models.CharField(max_length=64)

    class Meta:
        """One a unit and level."""

        constraints = (
            models.UniqueConstraint(
                fields=("release", "kind", "code", "level"), name="one_content_a_unit"
            ),
        )

    def __str__(self) -> str:
        """The unit."""
        return f"{self.kind} {self.code}"


class FiguresTable(models.Model):
    """A table of a release that tells of more than one unit, made once with it."""

    class What(models.TextChoices):
        """What it is a table of."""

        SCHOOLS = "schools", "Schools of a trust or authority"
        REVIEW = "review", "What the makers look at"
        SIMILAR = "similar", "Similar schools"

    class Told:
        """Of whom each field tells."""

        neither = ("release", "what", "kind", "code", "level", "content", "sha256")

    release = models.ForeignKey(FiguresRelease, models.CASCADE, related_name="tables")
    what = models.CharField(max_length=10, choices=What)
    kind = models.CharField(max_length=10, choices=FiguresContent.Kind)
    code = models.CharField(max_length=40)
    level = models.CharField(max_length=10, choices=FiguresContent.Level)
    content = models.BinaryField(help_text="Encoded by the module that makes it.")
    sha256 = models.CharField(max_length=64)

    class Meta:
        """One of a kind, unit and level."""

        constraints = (
            models.UniqueConstraint(
                fields=("release", "what", "kind", "code", "level"), name="one_table_a_unit"
            ),
        )

    def __str__(self) -> str:
        """What it is and of whom."""
        return f"{self.what} of {self.kind} {self.code}"


class FiguresPupils(models.Model):
    """The pupils of one school as a release computed them."""

    class Told:
        """Of whom each field tells."""

        pupil = ("content",)
        neither = ("release", "code", "count", "sha256")

    release = models.ForeignKey(FiguresRelease, models.CASCADE, related_name="pupils")
    code = models.CharField(max_length=12, help_text="URN of the school.")
    count = models.PositiveIntegerField()
    content = models.BinaryField(help_text="Encoded by flows.figures.snapshot.")
    sha256 = models.CharField(max_length=64)

    class Meta:
        """One a school."""

        constraints = (
            models.UniqueConstraint(fields=("release", "code"), name="one_cohort_a_school"),
        )

    def __str__(self) -> str:
        """The school's URN."""
        return self.code
