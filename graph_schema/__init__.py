"""The graph: what is stored, how it is asked for, how it gets in and out."""
