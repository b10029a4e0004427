"""The tables of the service, by what they tell of."""

from keystage.store.models.amendments import Amendment, AmendmentEvidence, AmendmentStep
from keystage.store.models.audit import AuditEvent, AuditHead
from keystage.store.models.checking import (
    CheckingEvidence,
    CheckingRequest,
    CheckingRules,
    CheckingStep,
    DataConfirmed,
)
from keystage.store.models.figures import (
    FiguresContent,
    FiguresInput,
    FiguresPupils,
    FiguresRelease,
    FiguresTable,
)
from keystage.store.models.files import ExportedPupil, Import, ImportRow, ReturnFile
from keystage.store.models.gateway import (
    Batch,
    Receipt,
    ReceiptKey,
    ReturnEvent,
    SchoolReturn,
    Submission,
)
from keystage.store.models.handovers import CheckingHandover
from keystage.store.models.jobs import Job
from keystage.store.models.messages import Message, MessageRead
from keystage.store.models.moderation import ModeratedPupil, Moderation
from keystage.store.models.orders import Monitoring, PapersOrder
from keystage.store.models.organisations import Organisation, OrganisationSetting
from keystage.store.models.people import Grant, Invitation, Person
from keystage.store.models.pupils import CohortPupil, Pupil, RegistrationChange, RollChange
from keystage.store.models.purges import FiguresPurge
from keystage.store.models.received import ReceivedChange, ReceivedJudgement, ReceivedPupil
from keystage.store.models.register import (
    Arrangement,
    Attendance,
    AttendanceChange,
    Declaration,
    RegisterConfirmation,
    RegistrationSubmission,
)
from keystage.store.models.releases import (
    ConfirmedPlace,
    ReleasedResult,
    ResultsRelease,
    SharedPack,
)
from keystage.store.models.results import ReportNote, Result, ResultChange
from keystage.store.models.reviews import MarkingReview, SeenScript
from keystage.store.models.season import CalendarFeed, DateChange, Reminder
from keystage.store.models.service import HelpDesk, ServiceNotice
from keystage.store.models.sheets import Acceptance, Judgement, JudgementChange, Sheet, SignOff
from keystage.store.models.systems import SystemAccess, SystemRequest

__all__ = [
    "Acceptance",
    "Amendment",
    "AmendmentEvidence",
    "AmendmentStep",
    "Arrangement",
    "Attendance",
    "AttendanceChange",
    "AuditEvent",
    "AuditHead",
    "Batch",
    "CalendarFeed",
    "CheckingEvidence",
    "CheckingHandover",
    "CheckingRequest",
    "CheckingRules",
    "CheckingStep",
    "CohortPupil",
    "ConfirmedPlace",
    "DataConfirmed",
    "DateChange",
    "Declaration",
    "ExportedPupil",
    "FiguresContent",
    "FiguresInput",
    "FiguresPupils",
    "FiguresPurge",
    "FiguresRelease",
    "FiguresTable",
    "Grant",
    "HelpDesk",
    "Import",
    "ImportRow",
    "Invitation",
    "Job",
    "Judgement",
    "JudgementChange",
    "MarkingReview",
    "Message",
    "MessageRead",
    "ModeratedPupil",
    "Moderation",
    "Monitoring",
    "Organisation",
    "OrganisationSetting",
    "PapersOrder",
    "Person",
    "Pupil",
    "Receipt",
    "ReceiptKey",
    "ReceivedChange",
    "ReceivedJudgement",
    "ReceivedPupil",
    "RegisterConfirmation",
    "RegistrationChange",
    "RegistrationSubmission",
    "ReleasedResult",
    "Reminder",
    "ReportNote",
    "Result",
    "ResultChange",
    "ResultsRelease",
    "ReturnEvent",
    "ReturnFile",
    "RollChange",
    "SchoolReturn",
    "SeenScript",
    "ServiceNotice",
    "SharedPack",
    "Sheet",
    "SignOff",
    "Submission",
    "SystemAccess",
    "SystemRequest",
]
