"""The shared vocabularies: categories, who can stand in for whom, target groups, and skills."""

from graph_schema.taxonomy.loader import DEFAULT_WALK_MIN, ELDERS, EVERYBODY, load, load_skills, serves_one_for_one

__all__ = ["DEFAULT_WALK_MIN", "ELDERS", "EVERYBODY", "load", "load_skills", "serves_one_for_one"]
