"""The table of commands: what `--help` lists without importing any of them.

A test holds each line to the first sentence of the command's own help.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its one-line help and where its function is."""

    help: str
    module: str
    function: str


@dataclass(frozen=True, slots=True)
class Group:
    """Commands behind one word."""

    help: str
    commands: dict[str, Command]


def _c(module: str, function: str, help_line: str) -> Command:
    return Command(help_line, f"tpi_billing.cli.{module}", function)


COMMANDS: dict[str, Command | Group] = {
    "init": _c("init", "init", "Make a workspace: configuration, ledger, folders."),
    "demo": _c("demo", "demo", "Run a made-up clinic's whole month, with a guided tour."),
    "doctor": _c("doctor", "doctor", "Check the workspace and say what to fix."),
    "sessions": Group(
        "Bring sessions in from the record system, and look at them.",
        {
            "import": _c("sessions", "import_", "Import exports of the record system."),
            "template": _c("sessions", "template", "Write an empty workbook to fill in."),
            "list": _c("sessions", "list_", "List the sessions in the ledger."),
            "show": _c("sessions", "show", "Show one session with its findings and price."),
            "gaps": _c("gaps", "gaps", "Look for work that was done and never exported."),
            "second-service": _c(
                "decide",
                "second_service",
                "Decide that an item held as a duplicate is a true second service.",
            ),
        },
    ),
    "referrals": Group(
        "Keep the registry of referrals, and say whom to call.",
        {
            "import": _c("referrals", "import_", "Import a list of referrals."),
            "add": _c(
                "referrals", "add", "Add a referral to the registry, or complete a known one."
            ),
            "list": _c("referral_registry", "list_", "List the referrals of the registry."),
            "updated": _c(
                "referral_registry", "updated", "Record a written report to the referrer."
            ),
            "close": _c("referral_registry", "close", "Close a referral."),
            "reopen": _c(
                "referral_registry", "reopen", "Open a referral again that was closed by mistake."
            ),
            "missing": _c(
                "missing_referrals", "missing", "Say whom to call for referrals that are missing."
            ),
        },
    ),
    "check": _c("check", "check", "Check the sessions that are not yet billed."),
    "worklist": _c(
        "worklist",
        "worklist",
        "List everything that waits for a person, the worst deadline first.",
    ),
    "overage": Group(
        "Claims that are too late: MSP's form, and its approval.",
        {
            "summary": _c("overage", "summary", "Sum up the overdue sessions as MSP's form asks."),
            "approve": _c("overage", "approve", "Record MSP's approval of overdue sessions."),
        },
    ),
    "batch": Group(
        "Make batches of claims, and the files to submit.",
        {
            "create": _c("batch", "create", "Make one batch of a month's clean sessions."),
            "list": _c("batch", "list_", "List the batches."),
            "show": _c("batch", "show", "Show one batch: totals, claims and what was held."),
            "export": _c(
                "batch", "export", "Write a batch's workbook, Teleplan file, CSV and manifest."
            ),
            "sent": _c("batch", "sent", "Say that a batch's files were uploaded by hand."),
            "confirm": _c("batch", "confirm", "Say what MSP answered to files uploaded by hand."),
            "void": _c("batch", "void", "Void a batch before it is sent."),
        },
    ),
    "submit": _c("submit", "submit", "Send a batch by the Teleplan web service."),
    "pickup": _c("submit", "pickup", "Fetch refusals, messages and remittances."),
    "remittance": Group(
        "Bring MSP's answers in, and tie them to the deposit.",
        {
            "import": _c(
                "remittance", "import_", "Import MSP's answers: refusals, remittances, messages."
            ),
            "list": _c(
                "remittance",
                "list_",
                "List the remittances with their deposits, and the files they came in.",
            ),
            "show": _c("remittance", "show", "Show one remittance, or one file, as a statement."),
        },
    ),
    "claims": Group(
        "Look at claims, and do what MSP's answers ask for.",
        {
            "list": _c("claims", "list_", "List claims."),
            "show": _c(
                "claims",
                "show",
                "Show one claim: what became of it, what comes next, and every field.",
            ),
            "trace": _c(
                "trace", "trace", "Follow one claim from the row of an export to MSP's money."
            ),
            "correct": _c(
                "claim_correct",
                "correct",
                "Correct a refused or changed claim: a new claim takes its place.",
            ),
            "resubmit": _c(
                "claim_actions",
                "resubmit",
                "Send refused or changed claims again as they are, in one batch.",
            ),
            "debit": _c("claim_actions", "debit", "Ask MSP to take the payment of claims back."),
            "write-off": _c(
                "claim_actions",
                "write_off",
                "Write claims off: what is still owed for them is given up.",
            ),
        },
    ),
    "close": _c("close", "close", "Close a month of the books, which must balance to the cent."),
    "report": Group(
        "What the month end asks: money, refusals, receivables.",
        {
            "books": _c(
                "report",
                "books",
                "Show the books of a month, with what the adjustments are made of.",
            ),
            "remittances": _c(
                "report", "remittances", "Sum up the remittances by payment date and payee."
            ),
            "receivables": _c("report", "receivables", "Sum up what MSP owes, by age and state."),
            "refusals": _c(
                "report",
                "refusals",
                "Sum up what MSP refused by explanatory code, and whether the cure worked.",
            ),
            "expected": _c(
                "report", "expected", "Compare what was paid with what was expected, by fee item."
            ),
            "write-offs": _c(
                "report", "write_offs", "List what was written off, why, and by whom."
            ),
            "adjustments": _c(
                "report", "adjustments", "Sum up MSP's adjustments by code, with their meaning."
            ),
            "month-end": _c(
                "report",
                "month_end",
                "Write the month-end workbook: a page of charts, and the details behind it.",
            ),
        },
    ),
    "audit": Group(
        "Look at what was done before MSP does.",
        {
            "verify": _c(
                "audit",
                "verify",
                "Prove that the journal is whole and that the ledger is what it says.",
            ),
            "log": _c("audit", "log", "Tell who did what and when, the latest first."),
            "facts": _c(
                "audit_facts",
                "facts",
                "Write what the patterns read as Parquet files, a folder a month.",
            ),
            "patterns": _c(
                "audit_patterns", "patterns", "Look for patterns that MSP would ask about."
            ),
            "report": _c(
                "audit_report",
                "report",
                "Write a page and a workbook that show a period at a glance.",
            ),
            "sample": _c(
                "audit_sample",
                "sample",
                "Draw claims at random, and write a workbook to compare them with the charts.",
            ),
            "review": _c(
                "audit_sample",
                "review",
                "Read a reviewer's workbook back: error rates, and the money at stake.",
            ),
        },
    ),
    "ledger": Group(
        "Copies of the ledger and the way back, and a ledger on a server.",
        {
            "backup": _c(
                "ledger_backup",
                "backup",
                "Make a verified backup of the ledger, while others go on working.",
            ),
            "restore": _c(
                "ledger_backup",
                "restore",
                "Put a backup of the ledger back, and the present ledger aside.",
            ),
            "export": _c(
                "ledger_backup",
                "export",
                "Write the whole ledger as plain files that can be read without this tool.",
            ),
            "move": _c(
                "ledger_move",
                "move",
                "Move the whole ledger to PostgreSQL, or back into a file.",
            ),
            "roles": _c(
                "ledger_move",
                "roles",
                "Print the SQL that makes a PostgreSQL ledger's roles and what each may do.",
            ),
        },
    ),
    "fees": Group(
        "Look fee items up, try what they come to, keep them current.",
        {
            "show": _c("fees", "show", "Show a fee item with its price and rules."),
            "search": _c("fees", "search", "Find fee items by number or by word."),
            "price": _c("fee_price", "price", "Work out what items of one day come to together."),
            "import": _c(
                "fee_editions",
                "import_",
                "Import a fee schedule, or a list of diagnostic or explanatory codes.",
            ),
            "diff": _c("fee_diff", "diff", "Compare two editions of the fee schedule."),
        },
    ),
    "codes": Group(
        "Look up what MSP's explanatory codes mean.",
        {
            "explain": _c("codes", "explain", "Explain explanatory codes, and what to do."),
            "search": _c("codes", "search", "Find explanatory codes by word."),
        },
    ),
    "eligibility": _c("teleplan", "eligibility", "Ask MSP about one patient's coverage."),
    "teleplan": Group(
        "MSP's logs and lists, the password, the numbers.",
        {
            "log": _c("teleplan", "log", "Show MSP's log of what was sent and fetched."),
            "lists": _c(
                "teleplan",
                "lists",
                "Fetch MSP's code lists: 1 explanatory codes, 2 and I diagnoses, 3 fees.",
            ),
            "password": _c(
                "teleplan",
                "password",
                "Change the Teleplan password, or keep the present one in the keyring.",
            ),
            "number": _c(
                "teleplan",
                "number",
                "Show or set the sequence number that the next file begins with.",
            ),
        },
    ),
}
