"""People who work with the service, and what they may do where."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models

from keystage.store.models.organisations import Organisation
from keystage.store.prepared import Prepared


class PersonManager(BaseUserManager["Person"]):
    """Makes people, whose e-mail address is their name to the service."""

    def get(self, *args: Any, **wanted: Any) -> "Person":
        """One person; who is signed in is looked up by their key at every request.

        Raises:
            DoesNotExist: there is none such.
        """
        # The people of a group are looked up by a kind of this manager that leaves others out.
        if type(self) is not PersonManager or args or wanted.keys() != {"pk"}:
            return super().get(*args, **wanted)
        found = _BY_KEY.first(pk=wanted["pk"])
        if found is None:
            raise Person.DoesNotExist
        return found

    def create_user(self, email: str, password: str | None = None, *, name: str = "") -> "Person":
        """A person with a password, or with none until an invitation is taken up."""
        person = self.model(email=self.normalize_email(email).lower(), name=name)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str, *, name: str = "") -> "Person":
        """An operator of the service itself, who may use the framework's own pages."""
        person = self.create_user(email, password, name=name)
        person.is_staff = person.is_superuser = True
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in. What they may do is in their grants alone."""

    class Told:
        """Of whom each field tells."""

        person = ("password", "last_login", "email", "name", "seen_at", "joined_at")
        neither = ("is_superuser", "is_staff", "is_active", "groups", "user_permissions")

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        """The name, or the address of somebody who has given none."""
        return self.name or self.email

    def get_full_name(self) -> str:
        """The name for people."""
        return str(self)


_BY_KEY = Prepared(lambda: Person, lambda pk: Person.objects.filter(pk=pk), pk="id")


class Grant(models.Model):
    """A role of one person in one organisation, for a time.

    A grant is never deleted: it ends. ``classes`` narrows a role whose scope is own classes.
    """

    class Told:
        """Of whom each field tells."""

        person = ("person", "given_by", "ended_by")
        neither = (
            "organisation",
            "role",
            "classes",
            "given",
            "season",
            "starts_on",
            "ends_on",
            "ended_at",
        )

    person = models.ForeignKey(Person, models.PROTECT, related_name="grants")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=40, help_text="Key of a role of keystage.access.")
    classes = models.JSONField(default=list, blank=True)
    given = models.JSONField(
        default=list, blank=True, help_text="Permissions that have to be given in so many words."
    )
    season = models.PositiveSmallIntegerField(null=True, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    given_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="grants_given")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="grants_ended"
    )

    class Meta:
        """A grant ends on or after the day it starts; one that was ended says by whom."""

        constraints = (
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="grant_ends_later"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ended_by__isnull=True)
                | models.Q(ended_at__isnull=False, ended_by__isnull=False),
                name="grant_ended_by_somebody",
            ),
        )
        indexes = (models.Index(fields=("person", "organisation")),)

    def __str__(self) -> str:
        """The role and where it holds."""
        return f"{self.role} at {self.organisation}"


class Invitation(models.Model):
    """An offer of a role to an address, taken up once and within its time."""

    class Told:
        """Of whom each field tells."""

        person = ("email", "name", "given_by", "taken_up_by", "replaces")
        neither = (
            "id",
            "organisation",
            "role",
            "classes",
            "given",
            "ends_on",
            "token_hash",
            "given_at",
            "expires_at",
            "taken_up_at",
            "withdrawn_at",
        )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField()
    name = models.CharField(max_length=150)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=40)
    classes = models.JSONField(default=list, blank=True)
    given = models.JSONField(default=list, blank=True)
    ends_on = models.DateField()
    token_hash = models.CharField(max_length=64)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(Person, models.PROTECT, related_name="invitations_given")
    expires_at = models.DateTimeField()
    taken_up_at = models.DateTimeField(null=True, blank=True)
    taken_up_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="invitations_taken_up"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    replaces = models.ForeignKey(
        Grant,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="handed_over_by",
        help_text="The role it takes over: its holder's roles here end when it is taken up.",
    )

    def __str__(self) -> str:
        """The role and where it holds."""
        return f"{self.role} at {self.organisation}"
