"""Sentences for the developer: errors in one grammar, names that were probably meant, text from outside in one harmless line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# CSI and OSC sequences, then any other escape of two characters: ECMA-48.
_ESCAPE_SEQUENCE = re.compile(r"[\x1b\x9b](?:\[[0-?]*[ -/]*[@-~]|\][^\x07\n\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|[ -/]*[0-~])?")
# A JSON Web Token, such as an access token of Microsoft Entra ID.
_TOKEN = re.compile(r"eyJ[\w-]{10,}\.[\w-]+\.[\w-]*")


def could_not(do_what: str, what_came_back: str, advice: str = "") -> str:
    """``Could not <do what, on what>: <what came back>; <what to do next>.``"""
    problem = re.sub("^Could not ", "could not ", clause(what_came_back))
    sentence = "; ".join(part for part in (f"Could not {clause(do_what)}: {problem}", clause(advice)) if part)
    return sentence if sentence.endswith(("?", "!", "…")) else f"{sentence}."


def clause(text: str) -> str:
    """Text as a part of a sentence that goes on after it."""
    return text.strip().rstrip(" \t\r\n.:;,")


def one_line(text: str, limit: int = 300) -> str:
    """Text from outside without line breaks, tokens, and what a terminal would act on."""
    text = _TOKEN.sub("***", _ESCAPE_SEQUENCE.sub("", text[: limit * 4]))
    shown = "".join(" " if each.isspace() else each for each in text if each.isspace() or unicodedata.category(each)[0] != "C")
    line = " ".join(shown.split())
    return f"{line[: limit - 1]}…" if len(line) > limit else line


def did_you_mean(name: str, known: Iterable[str], otherwise: str) -> str:
    """``did you mean "x"?`` with the nearest known name; ``otherwise`` if there is none."""
    nearest = nearest_name(name, known)
    return otherwise if nearest is None else f'did you mean "{nearest}"?'


def nearest_name(name: str, known: Iterable[str]) -> str | None:
    """The known name that a misspelt one probably means: at most a third of its letters differ, or one."""
    nearest, fewest = None, max(1, len(name) // 3) + 1
    for candidate in known:
        differences = _differences(name.lower(), candidate.lower())
        if differences < fewest:
            nearest, fewest = candidate, differences
    return nearest


def _differences(a: str, b: str) -> int:
    """Letters to insert, remove, replace, or swap with their neighbour."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        line = [i]
        for j, other in enumerate(b, 1):
            best = min(line[j - 1] + 1, row[j] + 1, row[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                best = min(best, before[j - 2] + 1)
            line.append(best)
        before, row = row, line
    return row[-1]
