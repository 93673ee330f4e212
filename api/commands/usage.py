"""Help pages, and what is said of a wrong command line: in the language of the call, whole at any width."""

import re
import shutil
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

import typer

from api.faults import fault, inside
from graph_schema.messages import Language, catalogue, render
from graph_schema.model.pairings import Finding

USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]
"""What the library raises for any wrong command line."""

_WIDEST, _NARROWEST = 80, 40
_WIDEST_NAME = 30
"""Columns of the names in a list; what is longer has a line of its own."""
_PIECE = re.compile(r"[（“]*[!-~]+[，。；：、）”…]*|\s+|[（“]*.[，。；：、）”…]*")
"""What a line break never divides: a Latin word, a Chinese character, each with the marks that open and close it."""
_SENTENCE = re.compile(r"(.+?)(?:。|\.(?=\s)|\.$|$)", re.DOTALL)
_NO_COMMAND = re.compile(r"No such command '(.*?)'\.")
_TOO_MANY = re.compile(r"Got unexpected extra argument\(?s?\)? \((.*)\)", re.DOTALL)
_PATH = re.compile(r"(?:file|dir|path) (['\"])(.*)\1 (does not exist|is a \w+|is not \w+)\.", re.DOTALL)
_RANGE = re.compile(r"<\w+ range>")
_CHOICES = re.compile(r"is not one of (.*)\.$", re.DOTALL)


def put_help(command: Any, path: tuple[str, ...], language: Language) -> None:
    """Help from the catalogue: ``cli.help.<command>`` of a command, ``cli.help.<command>:<name>`` of a parameter."""
    texts = catalogue()
    code = ".".join(("cli.help", *path))
    command.help = texts[code][language]
    command.options_metavar = texts["cli.usage.options"][language]
    for parameter in command.params:
        parameter.help = texts[f"{code}:{parameter.name}"][language]
    command.get_help_option(command.context_class(command)).help = texts["cli.help:help"][language]
    command.get_help = lambda context: help_page(context, language)
    for name, member in getattr(command, "commands", {}).items():
        command.subcommand_metavar = texts["cli.usage.command"][language]
        put_help(member, (*path, name), language)


def help_page(context: Any, language: Language) -> str:
    """The help of a command: how it is written, what it does, its arguments, options and commands."""
    command = context.command
    width = max(min(shutil.get_terminal_size().columns, _WIDEST), _NARROWEST)
    records = [
        (parameter, record)
        for parameter in command.get_params(context)
        if (record := parameter.get_help_record(context)) is not None
    ]
    rows: dict[str, list[tuple[str, str]]] = {"arguments": [], "options": []}
    for parameter, (name, text) in records:
        tail = text.removeprefix(parameter.help)
        is_option = parameter.param_type_name == "option"
        shown = _RANGE.sub("N", name) if is_option else _name(parameter)
        rows["options" if is_option else "arguments"].append((shown, parameter.help + _tail(tail, language)))
    rows["commands"] = [(name, summary(member.help)) for name, member in getattr(command, "commands", {}).items()]
    lines = [*_folded(_usage(context, language), width, indent=0), ""]
    for paragraph in command.help.split("\n\n"):
        lines += [*_folded(paragraph, width, indent=2), ""]
    for section, named in rows.items():
        if named:
            lines += [render(Finding(f"cli.usage.{section}_title", {}), language), *_listed(named, width), ""]
    return "\n".join(lines).rstrip("\n")


def summary(help_text: str) -> str:
    """First sentence of a help text, without its stop."""
    found = _SENTENCE.match(help_text)
    return help_text if found is None else found[1]


def columns_of(text: str) -> int:
    """Columns that a text takes on a terminal: two for each Chinese character and mark."""
    return sum(1 + (unicodedata.east_asian_width(letter) in "WFA") for letter in text)


def usage_words(error: Exception, language: Language) -> str | None:
    """What is wrong with a command line and how it is written; ``None`` for any other error."""
    if not isinstance(error, USAGE_ERROR):
        return None
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        return help_page(context, language)
    lines = [] if context is None else [_usage(context, language)]
    lines.append(render(_wrong(error, context), language))
    command = "needlework" if context is None else context.command_path
    lines.append(render(Finding("cli.usage.hint", {"command": command}), language))
    return "\n".join(lines)


def _wrong(error: Any, context: Any) -> Finding:
    """What is wrong, by the class of the library's error; the same class says several things in its own words."""
    tell = _TELLERS.get(type(error).__name__)
    return _of_words(str(error.message), context) if tell is None else tell(error, context)


def _no_option(error: Any, context: Any) -> Finding:
    known = [] if context is None else [name for row in context.command.get_params(context) for name in row.opts]
    return _near("cli.usage.no_option", error.option_name, known)


def _value_of_option(error: Any, _context: Any) -> Finding:
    takes = "cli.usage.takes_no_value" if "does not take" in str(error.message) else "cli.usage.needs_value"
    return Finding(takes, {"option": error.option_name})


def _missing(error: Any, _context: Any) -> Finding:
    return Finding("cli.usage.missing", {"name": _name(error.param), "help": error.param.help})


def _bad_parameter(error: Any, _context: Any) -> Finding:
    if error.param is None:
        return Finding("cli.usage.said", {"message": error.message})
    value, wrong = _bad_value(error, str(error.message))
    return Finding("cli.usage.bad_value", {"name": _name(error.param), "value": value, "fault": inside(wrong)})


_TELLERS: Mapping[str, Callable[[Any, Any], Finding]] = {
    "NoSuchOption": _no_option,
    "BadOptionUsage": _value_of_option,
    "MissingParameter": _missing,
    "BadParameter": _bad_parameter,
}
"""Class of the library's error -> what is said."""


def _of_words(message: str, context: Any) -> Finding:
    """What the library says in words alone."""
    if found := _NO_COMMAND.match(message):
        return _near("cli.usage.no_command", found[1], list(context.command.commands))
    if found := _TOO_MANY.fullmatch(message):
        return Finding("cli.usage.too_many", {"words": found[1]})
    if message == "Missing command.":
        return Finding("cli.usage.missing_command", {})
    return Finding("cli.usage.said", {"message": message})


def _bad_value(error: Any, message: str) -> tuple[str, Finding]:
    """The value that does not fit, and why."""
    if found := _PATH.fullmatch(message):
        return found[2], Finding(f"fault.path.{found[3].replace(' ', '_')}", {})
    told: list[dict[str, Any]] = getattr(error.__cause__, "errors", list)()
    if not told:
        return "", Finding("cli.usage.said", {"message": message})
    first = told[0]
    said = str(first["msg"])
    if found := _CHOICES.search(said):
        return str(first["input"]), _no_choice(str(first["input"]), found[1].replace("'", ""))
    if "does not match the formats" in said:
        return str(first["input"]), Finding("fault.day", {})
    return str(first["input"]), fault(first["type"], first.get("ctx", {}))


def _no_choice(asked: str, bound: str) -> Finding:
    """What may be chosen, and what is meant most likely: a list may be called by its Chinese name."""
    from graph_schema.lists import ListKind  # noqa: PLC0415 - only a wrong command line needs it
    from graph_schema.lists.forms import FORMS  # noqa: PLC0415

    known = bound.split(", ")
    near = get_close_matches(asked.lower(), [choice.lower() for choice in known], n=3, cutoff=0.6)
    if set(known) == {kind.value for kind in ListKind}:
        near += [kind.value for kind, form in FORMS.items() if asked in (*form.title_words, form.title_zh)]
    meant = [choice for choice in known if choice.lower() in near]
    return Finding("fault.one_of_near" if meant else "fault.one_of_any", {"bound": bound, "near": meant})


def _near(code: str, asked: str, known: list[str]) -> Finding:
    near = get_close_matches(asked, known, n=3, cutoff=0.5)
    return Finding(f"{code}_near" if near else code, {"asked": asked, "near": near})


def _name(parameter: Any) -> str:
    """How a parameter is written on the command line."""
    return str(parameter.opts[-1] if parameter.param_type_name == "option" else parameter.metavar or parameter.name)


def _usage(context: Any, language: Language) -> str:
    words = " ".join((context.command_path, *context.command.collect_usage_pieces(context)))
    return render(Finding("cli.usage.line", {"words": words}), language)


def _tail(tail: str, language: Language) -> str:
    """What the library adds to a parameter's help, as ``[default: 90; x>=1]``."""
    if not tail.strip():
        return ""
    for label in ("default: ", "env var: ", "required"):
        said = render(Finding(f"cli.usage.tail.{label.rstrip(': ').replace(' ', '_')}", {}), language)
        tail = tail.replace(label, said)
    return f" {tail.strip()}"


def _listed(rows: list[tuple[str, str]], width: int) -> Iterator[str]:
    """Names, each with its text beside it."""
    names = min(max(columns_of(name) for name, _ in rows), _WIDEST_NAME)
    for name, text in rows:
        first, *rest = _folded(text, width, indent=names + 4)
        if columns_of(name) > names:
            yield f"  {name}"
            yield first
        else:
            yield f"  {name}{first[columns_of(name) + 2 :]}"
        yield from rest


def _folded(text: str, width: int, *, indent: int) -> list[str]:
    """Lines of at most ``width`` columns, each indented."""
    lines, line = [], ""
    for piece in _PIECE.findall(text):
        if columns_of(line + piece.rstrip()) > width - indent and line:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    lines.append(line.rstrip())
    return [" " * indent + each for each in lines]
