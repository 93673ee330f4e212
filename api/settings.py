"""What the environment says; options of a command win."""

from pathlib import Path
from typing import Literal

from platformdirs import user_data_path
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """
    Settings, each from an environment variable of its name in capitals with ``NEEDLEWORK_`` in front.

    Parameters
    ----------
    data
        Folder of the embedded graph and of this installation's key; the platform's user data folder by default.
    graph
        Address of a Neo4j server (``neo4j://host:port`` or ``bolt://host:port``); empty: the embedded engine.
    graph_user, graph_password, graph_database
        How to log in there, and which database to use.
    lang
        Language of messages, ``zh`` or ``en``.
    """

    model_config = SettingsConfigDict(env_prefix="NEEDLEWORK_", frozen=True)

    data: Path = Field(default_factory=lambda: user_data_path("needlework", appauthor=False))
    graph: str = ""
    graph_user: str = "neo4j"
    graph_password: SecretStr = SecretStr("")
    graph_database: str = "neo4j"
    lang: Literal["zh", "en"] = "zh"
