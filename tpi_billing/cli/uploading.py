"""What is looked at before files count as uploaded by hand: whether they are what was written."""

from tpi_billing.cli.settings import Settings
from tpi_billing.errors import IntegrityError, Trouble


def insist_unchanged(settings: Settings, batch_id: int) -> bool:
    """Raise IntegrityError for each Teleplan file that was changed since `batch export` wrote it.

    Return whether any was ever written. One that is not in its place may have been moved only.
    """
    from tpi_billing.audit.published import Standing, published_files

    ledger = settings.ledger
    with ledger.reading() as connection:
        found = [
            one
            for one in published_files(
                connection, ledger.data_centre, settings.workspace, only=batch_id
            )
            if one.kind == "teleplan"
        ]
    hint = (
        f"If it is not at MSP yet, write it again with tpi-billing batch export {batch_id} and "
        "upload that. If it is, MSP has other claims than the ledger: keep a copy of it, ask "
        "Teleplan support what they took, and write it again before you go on."
    )
    changed = [one for one in found if one.standing is Standing.CHANGED]
    if changed:
        said = "The file was changed since it was written; nothing was recorded."
        raise IntegrityError.of([Trouble(said, hint, str(one.path)) for one in changed])
    return bool(found)
