"""What the articles count, each with its year; the demo prints them beside what it measures."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ArticleFigure:
    """
    A count from an article.

    Parameters
    ----------
    code
        Of its line in the catalogue.
    value
        The number.
    written
        As the article writes it.
    year
        Year of the article, ``None`` where it bears no date.
    measured
        Name of the scenario's figure that reproduces it, empty where it is only told.
    """

    code: str
    value: int
    written: str
    year: int | None
    measured: str = ""


ARTICLE_FIGURES = (
    ArticleFigure("demo.article.branches", 10, "10个", 2020, "linked_branches"),
    ArticleFigure("demo.article.first_batch", 242, "242名", 2020, "batch_1_registered"),
    ArticleFigure("demo.article.spaces", 1000, "近千个", 2020, "parking_offered"),
    ArticleFigure("demo.article.matters", 652, "652个", 2020),
    ArticleFigure("demo.article.communities", 29, "29个", 2023, "communities"),
    ArticleFigure("demo.article.units", 181, "180余家", 2023, "units"),
    ArticleFigure("demo.article.vanguards", 625, "625人", 2023, "vanguards"),
    ArticleFigure("demo.article.projects", 119, "3+87+29", 2023),
)
