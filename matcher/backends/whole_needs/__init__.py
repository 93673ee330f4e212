"""Needs that one resource serves wholly, or nobody does."""
