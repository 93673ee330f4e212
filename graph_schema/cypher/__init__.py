"""Cypher statements, one constant text per file; read and write them through `graph_schema.cypher.loader`."""
