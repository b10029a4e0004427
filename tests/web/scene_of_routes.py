"""What the walk over all routes needs: organisations, one thing of each sort, and everybody."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from allauth.idp.oidc.models import Client
from django.utils import timezone
from scene_of_checking import OF_CHECKING
from scene_of_checking_desk import OF_CHECKING_DESK
from scene_of_figures import OF_FIGURES, OF_PAIRS_AND_RULES, figures_of
from scene_of_figures_desk import DESKS, OF_AGENCY, OF_BODY, made_by, refused_of
from scene_of_gateway import (
    amended,
    announced,
    asked_for,
    document_of,
    help_desk,
    moderated,
    received,
    taken,
)
from scene_of_packs import OF_PACKS, figures_shared
from scene_of_results import pack_of, release_of, result_of, review_of
from scene_of_units import OF_UNITS, OF_UNITS_OF_A_KIND

from keystage.store.models import (
    Arrangement,
    Batch,
    CalendarFeed,
    Grant,
    Import,
    Invitation,
    Job,
    Judgement,
    JudgementChange,
    Message,
    Organisation,
    Person,
    ReturnFile,
    Sheet,
    SystemAccess,
)

YEAR = 2026
TOKEN = "a-token-of-the-walk"  # noqa: S105  # invented


@dataclass
class Scene:
    """A school with one thing of each sort, and another without.

    ``organisations``: the school and what it belongs to, by kind. ``others``: bodies that have
    nothing to do with it. ``sheet``: of the school. ``head``: who made everything.
    """

    organisations: dict[str, Organisation]
    others: dict[str, Organisation]
    sheet: Sheet
    head: Person
    made: dict[str, Any] = field(default_factory=dict)

    def keeper(self, kind: str) -> Person:
        """Who manages the accounts of the school, or of what it belongs to."""
        if kind == "school":
            return self.head
        if f"keeper {kind}" not in self.made:
            self.made[f"keeper {kind}"] = _keeper(self.organisations[kind])
        keeper: Person = self.made[f"keeper {kind}"]
        return keeper

    def value(self, route: str, name: str, kind: str = "school") -> Any:
        """What stands in an address for one of its parts.

        Raises:
            LookupError: nobody has said what; the sentence says where to.
        """
        keys = (f"{route} {name}", f"{route.rpartition('_')[0]}_* {name}", name)
        key = next((one for one in keys if one in VALUES), None)
        if key is None:
            raise LookupError(
                f"The address of {route} has a part {name!r} that the walk knows nothing of: "
                "add it to VALUES in tests/web/scene_of_routes.py."
            )
        if kind != "school" and key in OF_A_KIND:
            return OF_A_KIND[key](self, kind)
        if key not in self.made:
            self.made[key] = VALUES[key](self)
        return self.made[key]


#: The role that manages the accounts of each kind of organisation a school belongs to.
KEEPERS = {
    "trust": "trust_analyst", "authority": "authority_officer", "diocese": "diocese",
    "national": "agency_operator",
}  # fmt: skip


def _keeper(organisation: Organisation) -> Person:
    keeper = Person.objects.create(
        email=f"{organisation.kind}@walk.example.org", name=f"Keeper of a {organisation.kind}"
    )
    today = timezone.localdate()
    Grant.objects.create(
        person=keeper,
        organisation=organisation,
        role=KEEPERS[organisation.kind],
        starts_on=today,
        ends_on=today + timedelta(days=300),
    )
    return keeper


def _pupil(scene: Scene) -> Any:
    return scene.sheet.cohort.get(pupil__class_name="6A", pupil__surname="Ashby").pupil_id


def _file(scene: Scene, profile: str = "statutory") -> Any:
    return ReturnFile.objects.create(
        sheet=scene.sheet,
        profile=profile,
        serial=1,
        name="9990301_CTF_NAALLLL_001.xml",
        sha256="0" * 64,
        content=b"<CTfile/>",
        counts={"in_file": 6, "processed": 6, "not_exported": 0, "left_out": 0},
        content_version=1,
        made_at=timezone.now(),
        made_by=scene.head,
    ).pk


def _figures(scene: Scene) -> Any:
    return figures_of(scene.organisations["national"], scene.sheet.school, scene.head, YEAR).pk


def _import(scene: Scene, kind: str) -> Any:
    return Import.objects.create(
        school=scene.sheet.school,
        year=YEAR,
        kind=kind,
        name="file.csv",
        bytes=3,
        sha256="0" * 64,
        content=b"UPN",
        reading={"notes": [], "left_out": [], "not_read": [], "unread": [], "repairs": []},
        uploaded_at=timezone.now(),
        uploaded_by=scene.head,
    ).pk


def _job(scene: Scene) -> Any:
    return Job.objects.create(
        kind="walk",
        organisation=scene.sheet.school,
        year=YEAR,
        state="done",
        content=b"x",
        content_name="x.txt",
        asked_at=timezone.now(),
        asked_by=scene.head,
    ).pk


def _batch(scene: Scene) -> Any:
    member = scene.sheet.cohort.get(pupil_id=scene.value("", "pupil"))
    now = timezone.now()
    cell, _ = Judgement.objects.get_or_create(
        cohort_pupil=member,
        subject="writing",
        defaults={"code": "EXS", "changed_at": now, "changed_by": scene.head},
    )
    batch = uuid4()
    JudgementChange.objects.create(
        judgement=cell, version=1, after="EXS", how="typed", batch=batch, at=now, by=scene.head
    )
    return batch


def _sent(scene: Scene, kind: str) -> Any:
    """A batch of schools' files that a body sent."""
    return Batch.objects.get_or_create(
        organisation=scene.organisations[kind],
        year=YEAR,
        defaults={
            "name": "all.zip",
            "bytes": 1,
            "sha256": "0" * 64,
            "sent_at": timezone.now(),
            "sent_by": scene.head,
        },
    )[0].pk


def _invitation(scene: Scene, kind: str = "school") -> Invitation:
    now, token = timezone.now(), TOKEN if kind == "school" else f"{TOKEN} of a {kind}"
    return Invitation.objects.create(
        email="invited@example.org",
        name="Invited",
        organisation=scene.organisations[kind],
        role=KEEPERS.get(kind, "office"),
        ends_on=timezone.localdate() + timedelta(days=9),
        token_hash=hashlib.sha256(token.encode()).hexdigest(),
        given_at=now,
        given_by=scene.head,
        expires_at=now + timedelta(days=7),
    )


def _message(scene: Scene, kind: str = "authority") -> Any:
    school, other = scene.sheet.school, scene.organisations[kind]
    sender, receiver = (other, school) if kind == "authority" else (school, other)
    return Message.objects.create(
        pk=uuid4(), kind="question", year=YEAR, sender=sender, receiver=receiver, subject="Walk",
        body="Walk", written_at=timezone.now(), written_by=scene.head,
    ).pk  # fmt: skip


def _feed(scene: Scene) -> str:
    CalendarFeed.objects.create(
        person=scene.head,
        organisation=scene.sheet.school,
        year=YEAR,
        token_hash=hashlib.sha256(TOKEN.encode()).hexdigest(),
        made_at=timezone.now(),
    )
    return TOKEN


def _system(scene: Scene, kind: str = "school") -> Any:
    """A system that may act for an organisation."""
    client = Client.objects.create(name="Walk", owner=scene.head)
    return SystemAccess.objects.create(
        organisation=scene.organisations[kind],
        name="Walk",
        client_id=client.pk,
        ends_on=timezone.localdate() + timedelta(days=9),
        made_at=timezone.now(),
        made_by=scene.head,
    ).pk


def _arrangement(scene: Scene) -> Any:
    """An access arrangement of a pupil."""
    return Arrangement.objects.create(
        cohort_pupil=scene.sheet.cohort.get(pupil_id=scene.value("", "pupil")),
        sort="additional_time",
        entered_at=timezone.now(),
        entered_by=scene.head,
    ).pk


def _pack(scene: Scene) -> Any:
    return pack_of(scene.organisations["national"], scene.sheet, scene.head, f"pack-{TOKEN}")


def _pack_token(scene: Scene) -> str:
    assert _pack(scene)
    return f"pack-{TOKEN}"


def _token(scene: Scene) -> str:
    scene.value("", "invitation")
    return TOKEN


#: The pages that give a file of released results.
FETCHED = ("fetch", "fetch_incoming", "fetch_all", "fetch_one")
#: What stands for each part of an address. ``route part`` goes before the part alone, and so does
#: ``first_* part`` for the routes whose names begin so.
VALUES: dict[str, Callable[[Scene], Any]] = {
    "amendment": lambda scene: amended(scene.sheet, scene.head),
    "arrangement": _arrangement,
    **OF_CHECKING,
    **OF_CHECKING_DESK,
    "desk": lambda scene: help_desk(YEAR, scene.head),
    "notice": lambda scene: announced(scene.head),
    "document": lambda scene: document_of(scene.sheet, scene.head),
    **{f"released:{name} form": lambda _: "csv" for name in FETCHED},
    "number": lambda scene: scene.sheet.school.number,
    "pack": lambda scene: _pack(scene).pk,
    "part": lambda _: "tests",
    "release": lambda s: release_of(s.organisations["national"], s.head, YEAR).pk,
    "released:pack token": _pack_token,
    **dict.fromkeys(
        (f"figures:{name} release" for name in OF_FIGURES),
        _figures,
    ),
    **dict.fromkeys((*OF_AGENCY, *OF_BODY, "figures_release:about release"), _figures),
    **{f"{desk}:fetch what": lambda _: "hashes" for desk in DESKS},
    **{
        f"{desk}:faults release": lambda s: refused_of(s.organisations["national"], s.head, YEAR)
        for desk in DESKS
    },
    **dict.fromkeys((f"figures_packs:{name} release" for name in OF_PACKS), _figures),
    "figures_packs:fetch form": lambda _: "csv",
    "figures_packs:end_link pack": lambda s: figures_shared(_figures(s), s.head).pk,
    **OF_PAIRS_AND_RULES,
    **OF_UNITS,
    "figures:release part": lambda _: "headline",
    "figures:fetch part": lambda _: "headline",
    "figures:fetch form": lambda _: "csv",
    "figures:figure name": lambda _: "PTRWM_EXP",
    "result": lambda s: result_of(s.organisations["national"], s.sheet, s.head).pk,
    "review": lambda scene: review_of(scene.sheet, scene.head).pk,
    "test": lambda _: "reading",
    "register:document form": lambda _: "national",
    "batch": _batch,
    "export:transfer_download file": partial(_file, profile="transfer"),
    **dict.fromkeys(
        (f"api:{name} file" for name in ("one_file", "submit", "receipt")), lambda _: uuid4()
    ),
    "gateway:download form": lambda _: "csv",
    "gateway:put_back pupil": lambda scene: received(scene.sheet, scene.head),
    "gateway:remove pupil": lambda scene: received(scene.sheet, scene.head),
    "monitoring": lambda s: asked_for(s.sheet, s.organisations["authority"], s.head),
    "moderated": lambda scene: moderated(scene.sheet, scene.head),
    "season:fetch token": _feed,
    "event": lambda _: "ta_closes",
    "message": _message,
    "field": lambda _: "READPROG",
    "finding": lambda _: "0" * 16,
    "file": _file,
    "sheet:download form": lambda _: "csv",
    "sheet:print form": lambda _: "blank",
    "sheet:print_pdf form": lambda _: "completed",
    "reports:record form": lambda _: "csv",
    "grant": lambda scene: scene.head.grants.get().pk,
    "organisation:download form": lambda _: "csv",
    "school": lambda scene: scene.organisations["school"].code,
    "sent": lambda scene: _sent(scene, "authority"),
    **{f"files_in:{kind}_* file": partial(_import, kind=kind.value) for kind in Import.Kind},
    "invitation": lambda scene: _invitation(scene).pk,
    "job": _job,
    "person": lambda scene: scene.head.pk,
    "pupil": _pupil,
    "submission": lambda scene: taken(scene.sheet, scene.head).pk,
    "system": _system,
    "token": _token,
    "urn": lambda scene: scene.sheet.school.code,
    "which": lambda _: "missing",
    "year": lambda _: YEAR,
}


#: The same for the parts that are another thing in what a school belongs to.
OF_A_KIND: dict[str, Callable[[Scene, str], Any]] = {
    "grant": lambda scene, kind: scene.keeper(kind).grants.get().pk,
    "invitation": lambda scene, kind: _invitation(scene, kind).pk,
    "message": _message,
    "person": lambda scene, kind: scene.keeper(kind).pk,
    "system": _system,
    "sent": _sent,
    **OF_UNITS_OF_A_KIND,
    **dict.fromkeys(
        OF_BODY, lambda s, kind: made_by(s.organisations[kind], s.sheet.school, s.head, YEAR)
    ),
    "figures_desk_of_body:faults release": lambda s, kind: refused_of(
        s.organisations[kind], s.head, YEAR
    ),
}
