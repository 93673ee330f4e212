"""Parsers of what a list's cells say; one idea per file, each refuses what it cannot read."""
