"""The checking exercise: requests about the pupils of a release, their evidence and decisions."""

import uuid

from django.db import models

from keystage.store.models.figures import FiguresRelease
from keystage.store.models.organisations import Organisation
from keystage.store.models.people import Person


class CheckingRules(models.Model):
    """A version of the rules by which requests are decided. The year's file is the first one.

    Rows are added and never changed, but for being approved, or discarded before they are.
    """

    class Told:
        """Of whom each field tells."""

        person = ("made_by", "approved_by", "discarded_by")
        neither = (
            "id",
            "organisation",
            "year",
            "version",
            "text",
            "why",
            "made_at",
            "approved_at",
            "discarded_at",
            "discarded_why",
        )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="checking_rules")
    year = models.PositiveSmallIntegerField()
    version = models.PositiveSmallIntegerField()
    text = models.TextField(help_text="As the year's file has them.")
    why = models.CharField(max_length=500)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    discarded_at = models.DateTimeField(null=True, blank=True)
    discarded_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    discarded_why = models.CharField(max_length=500, blank=True)

    class Meta:
        """A version is one text's."""

        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "year", "version"), name="one_text_a_version"
            ),
        )
        ordering = ("-year", "-version")

    def __str__(self) -> str:
        """Year and version."""
        return f"{self.year}, version {self.version}"


class CheckingRequest(models.Model):
    """What a school asks to be changed about one pupil of a release."""

    class Kind(models.TextChoices):
        """What is asked."""

        ADD = "add", "Add a pupil"
        INCLUDE = "include", "Include a pupil"
        REMOVE = "remove", "Remove a pupil"
        AMEND = "amend", "Change a pupil's details"
        MERGE = "merge", "Join two records of a pupil"

    class State(models.TextChoices):
        """How far it has come."""

        DRAFT = "draft", "Draft"
        PROPOSED = "proposed", "To be approved by the school"
        SCRUTINY = "scrutiny", "Sent, being looked at"
        RETURNED = "returned", "Sent back with a question"
        AGREED = "agreed", "Agreed"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Told:
        """Of whom each field tells."""

        pupil = ("pupil", "answers", "facts", "trace", "explanation", "changes", "decision_why")
        person = ("drafted_by", "sent_by", "decided_by", "confirmed_by", "held_by")
        neither = (
            "id",
            "reference",
            "release",
            "school",
            "kind",
            "reason",
            "state",
            "rules_version",
            "outcome",
            "proposed",
            "taken_into",
            "version",
            "drafted_at",
            "sent_at",
            "decided_at",
            "held_until",
        )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=20, blank=True, help_text="Given when it is sent.")
    release = models.ForeignKey(FiguresRelease, models.PROTECT, related_name="requests")
    school = models.ForeignKey(Organisation, models.PROTECT, related_name="checking_requests")
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.CharField(max_length=40)
    pupil = models.CharField(
        max_length=40, blank=True, help_text="The record's key in the release; blank for one added."
    )
    answers = models.JSONField(default=dict)
    explanation = models.CharField(max_length=1000, blank=True)
    facts = models.JSONField(
        default=dict, help_text="Columns of the record that the rules looked at when it was sent."
    )
    changes = models.JSONField(default=dict, help_text="Columns of the record, and their values.")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    rules_version = models.PositiveSmallIntegerField(null=True, blank=True)
    outcome = models.CharField(max_length=40, blank=True, help_text="Branch of the rules.")
    trace = models.JSONField(default=list)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    held_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    held_until = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Null: the rules.",
    )
    decision_why = models.CharField(max_length=1000, blank=True)
    proposed = models.CharField(
        max_length=10,
        choices=((State.AGREED, "To be agreed"), (State.REFUSED, "To be refused")),
        blank=True,
        help_text="What one person decided, until a second confirms it.",
    )
    confirmed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    taken_into = models.ForeignKey(
        FiguresRelease, models.SET_NULL, null=True, blank=True, related_name="taken_in"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """A pupil has one live request at a time."""

        constraints = (
            models.UniqueConstraint(
                fields=("release", "school", "pupil"),
                condition=models.Q(state__in=("draft", "proposed", "scrutiny", "returned"))
                & ~models.Q(pupil=""),
                name="one_live_request_a_pupil",
            ),
            models.UniqueConstraint(
                fields=("reference",),
                condition=~models.Q(reference=""),
                name="one_request_a_reference",
            ),
        )
        ordering = ("-drafted_at",)

    def __str__(self) -> str:
        """The reference, or the identifier of a draft."""
        return self.reference or str(self.pk)


class CheckingStep(models.Model):
    """A step of a request: what was done, with which words, by whom. Rows are added alone."""

    class Act(models.TextChoices):
        """What was done."""

        DRAFTED = "drafted", "Drafted"
        CHANGED = "changed", "Draft changed"
        PROPOSED = "proposed", "Passed on for approval"
        PUT_BACK = "put_back", "Put back to draft"
        SENT = "sent", "Sent"
        RULED = "ruled", "Looked at by the rules"
        ASKED = "asked", "Sent back with a question"
        ANSWERED = "answered", "Question answered"
        JUDGED = "judged", "Decided, to be confirmed"
        DOUBTED = "doubted", "Decision not confirmed"
        DECIDED = "decided", "Decided"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Told:
        """Of whom each field tells."""

        pupil = ("words",)
        person = ("by",)
        neither = ("request", "act", "state", "at")

    request = models.ForeignKey(CheckingRequest, models.CASCADE, related_name="steps")
    act = models.CharField(max_length=10, choices=Act)
    state = models.CharField(max_length=10, choices=CheckingRequest.State)
    words = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Null: the rules.",
    )

    class Meta:
        """Oldest first."""

        ordering = ("at", "pk")

    def __str__(self) -> str:
        """What was done."""
        return self.act


class CheckingEvidence(models.Model):
    """A document that goes with a request."""

    class Told:
        """Of whom each field tells."""

        pupil = ("name", "content")
        person = ("added_by",)
        neither = (
            "id",
            "request",
            "sha256",
            "pages",
            "added_at",
            "scanned_at",
            "scanner",
            "malware",
        )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(CheckingRequest, models.CASCADE, related_name="evidence")
    name = models.CharField(max_length=150)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveSmallIntegerField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    scanned_at = models.DateTimeField(
        null=True, blank=True, help_text="When no malware was found in it; null: not looked for."
    )
    scanner = models.CharField(max_length=100, blank=True, help_text="What looked for it.")
    malware = models.CharField(
        max_length=200, blank=True, help_text="What was found in it; the content is gone then."
    )

    class Meta:
        """Oldest first."""

        ordering = ("added_at",)

    def __str__(self) -> str:
        """The identifier."""
        return str(self.pk)


class DataConfirmed(models.Model):
    """A school's word that the data of a release are correct. It may still ask for changes."""

    class Told:
        """Of whom each field tells."""

        person = ("by",)
        neither = ("release", "school", "at", "withdrawn_at")

    release = models.ForeignKey(FiguresRelease, models.PROTECT, related_name="confirmations")
    school = models.ForeignKey(Organisation, models.PROTECT, related_name="data_confirmed")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """One live word a release and school."""

        constraints = (
            models.UniqueConstraint(
                fields=("release", "school"),
                condition=models.Q(withdrawn_at__isnull=True),
                name="one_word_a_release",
            ),
        )

    def __str__(self) -> str:
        """The identifier."""
        return str(self.pk)
