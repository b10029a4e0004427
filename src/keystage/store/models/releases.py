"""Results day: releases under embargo, their results, who else may see them, packs."""

import uuid

from django.db import models

from keystage.store.models.figures import FiguresRelease
from keystage.store.models.organisations import Organisation
from keystage.store.models.people import Person


class ResultsRelease(models.Model):
    """Results given out at a set minute. A later one of the same season is a later version.

    Nobody but its makers sees a release that is not approved, or whose minute has not come.
    """

    class Kind(models.TextChoices):
        """What it brings."""

        FULL = "full", "All results"
        LATE = "late", "Late results"
        CORRECTED = "corrected", "Corrected results"

    class Told:
        """Of whom each field tells."""

        person = ("prepared_by", "approved_by", "withdrawn_by", "return_asked_by")
        neither = (
            "id",
            "organisation",
            "year",
            "version",
            "kind",
            "note",
            "schools_at",
            "receiving_at",
            "conversion",
            "file_name",
            "file_sha256",
            "counts",
            "prepared_at",
            "approved_at",
            "withdrawn_at",
            "withdrawn_reason",
            "return_asked_at",
            "return_reason",
        )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="releases", help_text="Who releases them."
    )
    year = models.PositiveSmallIntegerField()
    version = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    note = models.CharField(max_length=500, blank=True)
    schools_at = models.DateTimeField(help_text="To schools, authorities and trusts.")
    receiving_at = models.DateTimeField(help_text="To receiving secondary schools.")
    conversion = models.JSONField(
        default=dict, help_text="Pairs of raw mark and scaled score, by test."
    )
    file_name = models.CharField(max_length=255, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    counts = models.JSONField(default=dict)
    prepared_at = models.DateTimeField()
    prepared_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_reason = models.CharField(max_length=500, blank=True)
    return_asked_at = models.DateTimeField(
        null=True, blank=True, help_text="When somebody asked to put it back."
    )
    return_asked_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    return_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        """A version is one release's; receiving schools come no earlier than the schools."""

        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "year", "version"), name="one_release_a_version"
            ),
            models.CheckConstraint(
                condition=models.Q(receiving_at__gte=models.F("schools_at")),
                name="receiving_schools_come_later",
            ),
        )
        ordering = ("-year", "-version")

    def __str__(self) -> str:
        """Year and version."""
        return f"{self.year}, version {self.version}"


class ReleasedResult(models.Model):
    """The result of one pupil and test in one release. Rows are added and never changed."""

    class Told:
        """Of whom each field tells."""

        pupil = (
            "upn",
            "surname",
            "forename",
            "birth_date",
            "sex",
            "subject",
            "raw_mark",
            "papers",
            "scaled_score",
            "outcome",
        )
        neither = ("release", "school", "taken_back")

    release = models.ForeignKey(ResultsRelease, models.CASCADE, related_name="results")
    school = models.ForeignKey(Organisation, models.PROTECT, related_name="released_results")
    upn = models.CharField(max_length=13)
    surname = models.CharField(max_length=128, blank=True)
    forename = models.CharField(max_length=128, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=1, blank=True)
    subject = models.CharField(max_length=10)
    raw_mark = models.PositiveSmallIntegerField(null=True, blank=True)
    papers = models.JSONField(default=dict, help_text="Mark by paper, where they were given.")
    scaled_score = models.PositiveSmallIntegerField(null=True, blank=True)
    outcome = models.CharField(max_length=10, blank=True)
    taken_back = models.BooleanField(
        default=False, help_text="The release takes the result back: there is none in its place."
    )

    class Meta:
        """One a pupil and test in a release."""

        constraints = (
            models.UniqueConstraint(
                fields=("release", "school", "upn", "subject"), name="one_released_a_test"
            ),
        )
        indexes = (models.Index(fields=("school", "release")), models.Index(fields=("upn",)))

    def __str__(self) -> str:
        """The subject."""
        return self.subject


class ConfirmedPlace(models.Model):
    """That a pupil has a place at a secondary school, said by an authority."""

    class Told:
        """Of whom each field tells."""

        pupil = ("upn", "receiving")
        person = ("confirmed_by", "withdrawn_by")
        neither = ("authority", "year", "confirmed_at", "withdrawn_at")

    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="places_confirmed")
    year = models.PositiveSmallIntegerField()
    upn = models.CharField(max_length=13)
    receiving = models.ForeignKey(Organisation, models.PROTECT, related_name="places")
    confirmed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        """A pupil has one place at a time."""

        constraints = (
            models.UniqueConstraint(
                fields=("year", "upn"),
                condition=models.Q(withdrawn_at__isnull=True),
                name="one_place_a_pupil",
            ),
        )
        indexes = (models.Index(fields=("receiving", "year")),)

    def __str__(self) -> str:
        """The identifier."""
        return str(self.pk)


class SharedPack(models.Model):
    """A pack of suppressed figures, opened by a secret address until it expires.

    It is made of a release of results, or of a release of figures.
    """

    class Told:
        """Of whom each field tells."""

        person = ("made_by", "withdrawn_by")
        neither = (
            "school",
            "year",
            "release",
            "figures",
            "content",
            "token_hash",
            "made_at",
            "expires_at",
            "withdrawn_at",
            "opened",
        )

    school = models.ForeignKey(Organisation, models.PROTECT, related_name="packs")
    year = models.PositiveSmallIntegerField()
    release = models.ForeignKey(
        ResultsRelease, models.PROTECT, null=True, blank=True, related_name="+"
    )
    figures = models.ForeignKey(
        FiguresRelease, models.CASCADE, null=True, blank=True, related_name="packs"
    )
    content = models.JSONField(help_text="The figures, suppressed already.")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    opened = models.PositiveIntegerField(default=0)

    class Meta:
        """Newest first; of one release."""

        ordering = ("-made_at",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(release__isnull=False) ^ models.Q(figures__isnull=False),
                name="pack_of_one_release",
            ),
        )

    def __str__(self) -> str:
        """The identifier."""
        return str(self.pk)
