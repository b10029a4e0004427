"""What a person may do, one permission for each kind of act, with a sentence that explains it."""

from enum import StrEnum
from typing import Self


class Permission(StrEnum):
    """A kind of act. Pages and actions ask for a permission, never for a role.

    ``sentence`` says what the permission allows, ``subject`` what it is about.
    """

    sentence: str
    subject: str

    def __new__(cls, value: str, subject: str = "", sentence: str = "") -> Self:
        """A permission is its name; subject and sentence go with it."""
        made = str.__new__(cls, value)
        made._value_ = value
        made.subject, made.sentence = subject, sentence
        return made

    SEE_PUPILS = "see_pupils", "Pupils", "See pupils and their judgements."
    EDIT_ROLL = (
        "edit_roll",
        "Pupils",
        "Bring in the roll, correct a pupil's details, and undo an import.",
    )
    SEE_REGISTRATIONS = (
        "see_registrations",
        "Pupils",
        "See the cohort and each pupil's registration for the tests.",
    )
    MANAGE_COHORT = (
        "manage_cohort",
        "Pupils",
        "Say who is in the cohort and how each pupil is registered for the tests.",
    )
    MAKE_TRANSFER_FILES = (
        "make_transfer_files",
        "Pupils",
        "Make the file that goes with a pupil to another school.",
    )

    ENTER_JUDGEMENTS = (
        "enter_judgements",
        "Mark sheet",
        "Enter and change teacher assessment judgements.",
    )
    SIGN_CLASS = "sign_class", "Mark sheet", "Sign the judgements of a class as its teacher."
    SIGN_HEAD = "sign_head", "Mark sheet", "Sign the judgements of the school as its headteacher."

    SEE_SEASON = "see_season", "Season", "See the dates of the season."
    SET_DATES = (
        "set_dates",
        "Season",
        "Set or move a date of the season, with the reason.",
    )
    USE_MESSAGES = (
        "use_messages",
        "Season",
        "Read and write messages between the school, its authority and the agency.",
    )

    EXPORT = "export", "Sending", "Make the Common Transfer File of the school's judgements."
    SEE_EXPORTS = (
        "see_exports",
        "Sending",
        "See which files left the service, when, and who made them.",
    )
    PREPARE_SUBMISSION = (
        "prepare_submission",
        "Sending",
        "Prepare the return of teacher assessments for sending.",
    )
    SUBMIT = "submit", "Sending", "Send the return of teacher assessments to the national agency."
    SEE_SUBMISSIONS = (
        "see_submissions",
        "Sending",
        "See whether the return was sent, and what became of it.",
    )

    RUN_COLLECTION = (
        "run_collection",
        "Sending",
        "Reopen and close the returns of schools.",
    )
    MANAGE_SYSTEMS = (
        "manage_systems",
        "Sending",
        "Let a system, such as that of a supplier, send and fetch data, and end that.",
    )

    SEE_ARRANGEMENTS = "see_arrangements", "Test week", "See access arrangements."
    PROPOSE_ARRANGEMENTS = (
        "propose_arrangements",
        "Test week",
        "Apply for an access arrangement, or record one.",
    )
    APPROVE_ARRANGEMENTS = (
        "approve_arrangements",
        "Test week",
        "Approve an access arrangement that somebody else entered.",
    )
    SEE_ATTENDANCE = "see_attendance", "Test week", "See the test attendance register."
    EDIT_ATTENDANCE = "edit_attendance", "Test week", "Fill in the test attendance register."
    APPROVE_ATTENDANCE = (
        "approve_attendance",
        "Test week",
        "Confirm a test attendance register that somebody else filled in.",
    )
    SEE_DECLARATION = (
        "see_declaration",
        "Test week",
        "See the state of the headteacher's declaration.",
    )
    DRAFT_DECLARATION = (
        "draft_declaration",
        "Test week",
        "Draft the headteacher's declaration about the tests.",
    )
    SIGN_DECLARATION = (
        "sign_declaration",
        "Test week",
        "Sign the headteacher's declaration about the tests.",
    )
    SEE_MODERATION = "see_moderation", "Test week", "See the visit and outcome of moderation."
    RECORD_MODERATION = (
        "record_moderation",
        "Test week",
        "Record a moderation visit, its sample and its outcome.",
    )

    SEE_RESULTS = "see_results", "Results", "See test results before they are public."
    IMPORT_RESULTS = "import_results", "Results", "Bring in the test results of the school."
    DOWNLOAD_RESULTS = "download_results", "Results", "Download pupils' results as a file."
    REPORT_TO_PARENTS = "report_to_parents", "Results", "Make the reports to parents."
    RELEASE_RESULTS = (
        "release_results",
        "Results",
        "Prepare a release of results to schools and those entitled to them.",
    )
    APPROVE_RELEASE = (
        "approve_release",
        "Results",
        "Approve a release of results that somebody else prepared.",
    )
    CONFIRM_PLACES = (
        "confirm_places",
        "Results",
        "Say at which secondary school a pupil has a place.",
    )
    SHARE_PACK = (
        "share_pack",
        "Results",
        "Share the pack of suppressed figures with governors by a link that expires.",
    )
    SEE_REVIEWS = "see_reviews", "Results", "See applications for a review of marking."
    PROPOSE_REVIEW = "propose_review", "Results", "Propose a review of marking."
    APPROVE_REVIEW = (
        "approve_review",
        "Results",
        "Approve a review of marking that somebody else proposed.",
    )

    SEE_CHECKING_REQUESTS = (
        "see_checking_requests",
        "Checking exercise",
        "See requests to correct the pupils who count for a school.",
    )
    PROPOSE_CHECKING_REQUEST = (
        "propose_checking_request",
        "Checking exercise",
        "Propose a request to correct the pupils who count for the school.",
    )
    APPROVE_CHECKING_REQUEST = (
        "approve_checking_request",
        "Checking exercise",
        "Approve a checking request that somebody else proposed, and send it.",
    )
    DECIDE_REQUESTS = (
        "decide_requests",
        "Checking exercise",
        "Decide a school's checking request for the department.",
    )
    SEE_REQUEST_RULES = (
        "see_request_rules",
        "Checking exercise",
        "See the rules by which checking requests are decided.",
    )
    EDIT_REQUEST_RULES = (
        "edit_request_rules",
        "Checking exercise",
        "Change the rules by which checking requests are decided.",
    )
    SEE_CONFIRMATION = (
        "see_confirmation",
        "Checking exercise",
        "See whether the school confirmed that its data are correct.",
    )
    CONFIRM_DATA = (
        "confirm_data",
        "Checking exercise",
        "Confirm for the school that its data are correct.",
    )

    SEE_SCHOOLS = (
        "see_schools",
        "Measures",
        "See which schools there are, and how far each has come with its season.",
    )
    SEE_MEASURES = "see_measures", "Measures", "See the figures of a school or group of schools."
    EXPLAIN_FIGURE = (
        "explain_figure",
        "Measures",
        "See how a figure came about, step by step.",
    )
    SEE_STATISTICS = "see_statistics", "Statistics", "See statistics before they are published."
    ENTER_STATISTICS = "enter_statistics", "Statistics", "Prepare a publication of statistics."
    APPROVE_STATISTICS = (
        "approve_statistics",
        "Statistics",
        "Approve a publication of statistics that somebody else prepared.",
    )
    SEE_DISCLOSURE = (
        "see_disclosure",
        "Statistics",
        "See the settings that keep single pupils from being recognised in statistics.",
    )
    CHANGE_DISCLOSURE = (
        "change_disclosure",
        "Statistics",
        "Change the settings that keep single pupils from being recognised in statistics.",
    )

    SEE_PEOPLE = "see_people", "People and settings", "See who can see what."
    MANAGE_PEOPLE = (
        "manage_people",
        "People and settings",
        "Invite people, give them roles, and end their roles.",
    )
    READ_AUDIT = "read_audit", "People and settings", "Read who did what, and when."
    EXPORT_AUDIT = "export_audit", "People and settings", "Take the record of who did what away."
    CHANGE_SETTINGS = (
        "change_settings",
        "People and settings",
        "Change settings, such as how exported files are named.",
    )
    LOAD_YEAR = (
        "load_year",
        "People and settings",
        "Load the codes, dates and rules of an assessment year.",
    )
    PROPOSE_PURGE = (
        "propose_purge",
        "People and settings",
        "Propose that data kept long enough are deleted for good.",
    )
    APPROVE_PURGE = (
        "approve_purge",
        "People and settings",
        "Approve a deletion for good that somebody else proposed.",
    )
    SUPPORT_AS_USER = (
        "support_as_user",
        "People and settings",
        "Look at pages as another person sees them, to help that person.",
    )
    SEE_SUPPORT = (
        "see_support",
        "People and settings",
        "See when the help desk looked at pages as another person.",
    )
