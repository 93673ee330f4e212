"""Migrations in order of their numbers; read them through `graph_schema.migrations.loader`."""
