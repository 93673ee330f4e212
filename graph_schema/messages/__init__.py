"""One catalogue of texts; rendered by ``api`` only."""

from graph_schema.messages.catalogue import Language, catalogue, render

__all__ = ["Language", "catalogue", "render"]
