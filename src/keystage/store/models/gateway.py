"""Returns as they were sent: each file, what became of it, and its receipt."""

import uuid

from django.db import models

from keystage.store.models.organisations import Organisation
from keystage.store.models.people import Person


class SchoolReturn(models.Model):
    """The return of one school and season: how far it has come."""

    class State(models.TextChoices):
        """How far it has come. Anything before accepted is not yet submitted."""

        NOT_STARTED = "not_started", "Not started"
        UPLOADED = "uploaded", "Uploaded"
        RECEIVED = "received", "Received"
        ACCEPTED = "accepted", "Accepted"
        REOPENED = "reopened", "Reopened"
        CLOSED = "closed", "Closed"

    class Told:
        """Of whom each field tells."""

        neither = (
            "school",
            "year",
            "state",
            "version",
            "expected",
            "complete",
            "incomplete",
            "unexpected",
            "missing",
            "changed_at",
            "state_reason",
            "template_version",
            "template_digest",
        )

    school = models.ForeignKey(Organisation, models.PROTECT, related_name="returns")
    year = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=State, default=State.NOT_STARTED)
    state_reason = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(
        default=0, help_text="Rises with every change of what was received."
    )
    expected = models.PositiveIntegerField(
        null=True, blank=True, help_text="Pupils expected; null where there is no list."
    )
    complete = models.PositiveIntegerField(null=True, blank=True)
    incomplete = models.PositiveIntegerField(null=True, blank=True)
    unexpected = models.PositiveIntegerField(null=True, blank=True)
    missing = models.PositiveIntegerField(null=True, blank=True)
    changed_at = models.DateTimeField()
    template_version = models.PositiveSmallIntegerField(
        default=0, help_text="Of the template made last; rises when its pupils are others."
    )
    template_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        """One return a school and season."""

        constraints = (
            models.UniqueConstraint(fields=("school", "year"), name="one_return_a_season"),
        )

    def __str__(self) -> str:
        """School and year."""
        return f"{self.school} {self.year}"


class ReturnEvent(models.Model):
    """A step of a return: from one state to another, why, by whom."""

    class Told:
        """Of whom each field tells."""

        person = ("by",)
        neither = ("school_return", "before", "after", "reason", "submission", "at")

    school_return = models.ForeignKey(SchoolReturn, models.CASCADE, related_name="events")
    before = models.CharField(max_length=12)
    after = models.CharField(max_length=12)
    reason = models.CharField(max_length=300, blank=True)
    submission = models.ForeignKey(
        "store.Submission", models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()
    by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Null for the service itself.",
    )

    class Meta:
        """Oldest first."""

        ordering = ("at", "pk")

    def __str__(self) -> str:
        """The step."""
        return f"{self.before} to {self.after}"


class Batch(models.Model):
    """An archive of many schools' files, sent by an authority or trust for them."""

    class Told:
        """Of whom each field tells."""

        pupil = ("content",)
        person = ("sent_by",)
        neither = ("id", "organisation", "year", "name", "bytes", "sha256", "sent_at", "members")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="batches")
    year = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=255)
    bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(null=True, help_text="Kept until every member is dealt with.")
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    members = models.JSONField(default=list, help_text="Each file and what became of it.")

    class Meta:
        """Newest first."""

        ordering = ("-sent_at",)

    def __str__(self) -> str:
        """The identifier."""
        return str(self.pk)


class Submission(models.Model):
    """One file given to the gateway for one school: kept whole, or refused whole.

    A refused file leaves its hash and its findings and nothing else. ``findings`` are what the
    checks said then, as the page, the API and the receipt show it.
    """

    class State(models.TextChoices):
        """What became of it."""

        REFUSED = "refused", "Refused"
        UPLOADED = "uploaded", "Checked, not yet submitted"
        WITHDRAWN = "withdrawn", "Withdrawn"
        TAKEN = "taken", "Taken"

    class Channel(models.TextChoices):
        """The way it came."""

        PAGE = "page", "Page"
        API = "api", "System"
        BATCH = "batch", "Sent by the authority or trust"
        SHEET = "sheet", "Made from the mark sheet"

    class Verdict(models.TextChoices):
        """The worst finding."""

        GREEN = "green", "Green"
        AMBER = "amber", "Amber"
        RED = "red", "Red"

    class Told:
        """Of whom each field tells."""

        pupil = ("content", "findings", "pupils", "name", "same_as")
        person = ("uploaded_by", "submitted_by")
        neither = (
            "id",
            "school_return",
            "state",
            "channel",
            "verdict",
            "form",
            "bytes",
            "sha256",
            "serial",
            "red",
            "amber",
            "counts",
            "batch",
            "client",
            "uploaded_at",
            "submitted_at",
            "return_version",
            "checked_against",
        )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    school_return = models.ForeignKey(SchoolReturn, models.PROTECT, related_name="submissions")
    state = models.CharField(max_length=10, choices=State)
    channel = models.CharField(max_length=10, choices=Channel)
    verdict = models.CharField(max_length=5, choices=Verdict)
    form = models.CharField(max_length=10, blank=True, help_text="ctf or sheet; '' if unread.")
    name = models.CharField(max_length=255, help_text="As the sender called it.")
    bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    serial = models.PositiveSmallIntegerField(null=True, blank=True)
    content = models.BinaryField(null=True, help_text="Null where it was refused.")
    pupils = models.JSONField(default=list, help_text="What the file says of each pupil.")
    findings = models.JSONField(default=list)
    red = models.PositiveIntegerField(default=0)
    amber = models.PositiveIntegerField(default=0)
    same_as = models.JSONField(
        default=dict,
        help_text="Of pupils who may be there under another UPN: that UPN, or '' for another.",
    )
    checked_against = models.CharField(
        max_length=64, blank=True, help_text="Digest of what the checks knew beyond the file."
    )
    counts = models.JSONField(
        default=dict, help_text="Pupils, judgements, and the expected numbers both ways."
    )
    batch = models.ForeignKey(
        Batch, models.PROTECT, null=True, blank=True, related_name="submissions"
    )
    client = models.ForeignKey(
        "store.SystemAccess", models.PROTECT, null=True, blank=True, related_name="submissions"
    )
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    return_version = models.PositiveIntegerField(
        null=True, blank=True, help_text="Version of the return that taking it made."
    )

    class Meta:
        """Newest first; a refused file keeps no content, any other does."""

        constraints = (
            models.CheckConstraint(
                condition=models.Q(state="refused", content__isnull=True)
                | (~models.Q(state="refused") & models.Q(content__isnull=False)),
                name="kept_whole_or_refused",
            ),
        )
        indexes = (models.Index(fields=("school_return", "sha256")),)
        ordering = ("-uploaded_at", "pk")

    def __str__(self) -> str:
        """The identifier: a name of a file may hold a pupil's."""
        return str(self.pk)


class Receipt(models.Model):
    """The signed receipt of a file that was taken: never changed, checked without the service."""

    class Told:
        """Of whom each field tells."""

        person = ("content",)
        neither = ("id", "submission", "key", "signature", "given_at")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.OneToOneField(Submission, models.PROTECT, related_name="receipt")
    content = models.TextField(help_text="The words that were signed, byte for byte.")
    key = models.CharField(max_length=64, help_text="Which key signed.")
    signature = models.CharField(max_length=100)
    given_at = models.DateTimeField()

    def __str__(self) -> str:
        """The identifier."""
        return str(self.pk)


class ReceiptKey(models.Model):
    """A public key that receipts were ever signed with. It stays, so that old receipts verify."""

    class Told:
        """Of whom each field tells."""

        neither = ("name", "public", "first_used_at")

    name = models.CharField(max_length=64, unique=True)
    public = models.CharField(max_length=64)
    first_used_at = models.DateTimeField()

    class Meta:
        """Oldest first."""

        ordering = ("first_used_at", "pk")

    def __str__(self) -> str:
        """The name."""
        return self.name
