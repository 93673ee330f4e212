"""Results as a file and as the table of the matcher's README."""

import json
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results.json"
README = Path(__file__).parents[2] / "matcher" / "README.md"
BEGIN, END = "<!-- benchmark: begin -->", "<!-- benchmark: end -->"


def tables(results: dict[str, Any]) -> str:
    """The README's tables, from the results file alone."""
    complete = table(results["complete"])
    return f"{table(results)}\n\nWith common limits and fairness, the peers on one whole network:\n\n{complete}"


def table(results: dict[str, Any]) -> str:
    """One table."""
    names = list(results["rows"][0]["peers"])
    head = ["instance", "pairs", "ours s", "spread", *(f"{name} s | ratio" for name in names), "certificate s", "MB"]
    lines = [
        (
            f"{results['needs']:,} needs, {results['date']}, {results['machine']}, one core, "
            f"median of {results['repetitions']}, interleaved; {results['versions']}."
        ),
        "",
        "| " + " | ".join(head) + " |",
        "|" + "---|" * (len(head) + len(names)),
    ]
    for row in results["rows"]:
        cells = [row["name"], f"{row['pairs']:,}", f"{row['ours_s']['median']:.3f}", spread(row["ours_s"])]
        for name in names:
            peer = row["peers"][name]
            cells += [f"{peer['seconds']['median']:.2f}", f"**{peer['ratio']:.1f}**"]
        lines.append("| " + " | ".join([*cells, f"{row['certify_s']:.3f}", f"{row['peak_mb']:.0f}"]) + " |")
    return "\n".join(lines)


def spread(seconds: dict[str, float]) -> str:
    return f"{seconds['min']:.3f}–{seconds['max']:.3f}"


def write(results: dict[str, Any]) -> None:
    """Write the results file and renew the README's tables."""
    renew(RESULTS, results, BEGIN, tables(results), END)


def renew(file: Path, results: dict[str, Any], begin: str, made: str, end: str) -> None:
    """Write a results file, and what was made of it between two marks of the README."""
    file.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    before, rest = README.read_text(encoding="utf-8").split(begin)
    README.write_text(f"{before}{begin}\n{made}\n{end}{rest.split(end)[1]}", encoding="utf-8")


def read(file: Path = RESULTS) -> dict[str, Any]:
    """Results as committed."""
    loaded: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return loaded
