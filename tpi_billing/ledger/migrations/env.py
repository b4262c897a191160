"""Run migrations on the connection that the ledger hands over; there is no offline mode."""

from alembic import context

from tpi_billing.ledger.schema import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
