"""The tables of the service, by what they tell of."""

from keystage.store.models.audit import AuditEvent, AuditHead
from keystage.store.models.files import ExportedPupil, Import, ImportRow, ReturnFile
from keystage.store.models.jobs import Job
from keystage.store.models.organisations import Organisation, OrganisationSetting
from keystage.store.models.people import Grant, Invitation, Person
from keystage.store.models.pupils import CohortPupil, Pupil, RegistrationChange, RollChange
from keystage.store.models.results import ReportNote, Result, ResultChange
from keystage.store.models.sheets import Acceptance, Judgement, JudgementChange, Sheet, SignOff

__all__ = [
    "Acceptance",
    "AuditEvent",
    "AuditHead",
    "CohortPupil",
    "ExportedPupil",
    "Grant",
    "Import",
    "ImportRow",
    "Invitation",
    "Job",
    "Judgement",
    "JudgementChange",
    "Organisation",
    "OrganisationSetting",
    "Person",
    "Pupil",
    "RegistrationChange",
    "ReportNote",
    "Result",
    "ResultChange",
    "ReturnFile",
    "RollChange",
    "Sheet",
    "SignOff",
]
