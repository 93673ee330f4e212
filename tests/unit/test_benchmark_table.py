"""What the matcher's README says about speed is what the benchmark measured, and its example is true."""

import contextlib
import io
import re

from tests.benchmarks import bench_live, bench_live_fairness, bench_whole_needs, report
from tests.instances.city import VARIANTS
from tests.instances.fair_city import FAIR_VARIANTS


def test_the_table_is_made_from_the_committed_results() -> None:
    results = report.read()
    assert f"{report.BEGIN}\n{report.tables(results)}\n{report.END}" in report.README.read_text(encoding="utf-8")


def test_the_committed_results_are_a_complete_run_that_cleared_every_bar() -> None:
    results = report.read()
    assert [row["name"] for row in results["rows"]] == list(VARIANTS)
    assert results["needs"] == 100_000
    assert results["repetitions"] >= 5
    assert [row["missed"] for row in results["rows"]] == [[] for _ in VARIANTS]
    complete = results["complete"]
    assert [row["name"] for row in complete["rows"]] == list(FAIR_VARIANTS)
    assert complete["needs"] == 10_000
    assert complete["repetitions"] >= 5
    assert [row["missed"] for row in complete["rows"]] == [[] for _ in FAIR_VARIANTS]


def test_the_readme_example_prints_what_it_says() -> None:
    text = report.README.read_text(encoding="utf-8")
    example = re.search(r"```python\n(.*?)```\n\nprints `(.*?)`", text, re.DOTALL)
    assert example
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(example[1], "README.md", "exec"), {})  # noqa: S102 our own document
    assert printed.getvalue().strip() == example[2]


def test_the_table_of_whole_needs_is_made_from_the_committed_results() -> None:
    made = bench_whole_needs.table(report.read(bench_whole_needs.RESULTS))
    text = report.README.read_text(encoding="utf-8")
    assert f"{bench_whole_needs.BEGIN}\n{made}\n{bench_whole_needs.END}" in text


def test_the_table_of_events_is_made_from_the_committed_results_and_no_certificate_failed() -> None:
    results = report.read(bench_live.RESULTS)
    told = f"{bench_live.BEGIN}\n{bench_live.table(results)}\n{bench_live.END}"
    assert told in report.README.read_text(encoding="utf-8")
    assert results["failures"] == 0
    assert results["certificates"] >= 1000
    assert [row["name"] for row in results["rows"]] == ["every kind", *bench_live.KINDS]


def test_the_table_of_events_with_fairness_is_made_from_the_committed_results_which_cleared_every_bar() -> None:
    results = report.read(bench_live_fairness.RESULTS)
    told = f"{bench_live_fairness.BEGIN}\n{bench_live_fairness.table(results)}\n{bench_live_fairness.END}"
    assert told in report.README.read_text(encoding="utf-8")
    assert results["failures"] == 0
    assert results["certificates"] >= 4
    assert [row["name"] for row in results["rows"]] == [bench_live_fairness.PLAIN, *FAIR_VARIANTS]
    assert [row["missed"] for row in results["rows"]] == [[] for _ in results["rows"]]
    assert all(row["same_classes"] and row["true_gap"] <= row["gap"] for row in results["rows"])
