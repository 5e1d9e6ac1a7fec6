"""What the remote pytest is called with: the arguments of this run, from the command line, PYTEST_ADDOPTS and the ini file."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .platform import RemoteError
from .sentences import could_not

# By the names of options; `*` stands for any end. Options of plugins are known only if the plugin is installed here.
_LOCAL_OPTIONS = (
    *("--remote", "--remote-timeout"),
    # The items are collected here, and the remote pytest runs in the process of the Spark job: pytest-xdist has no part in it.
    *("--numprocesses", "--maxprocesses", "--max-worker-restart", "--dist", "--loadscope-reorder", "--no-loadscope-reorder"),
    *("--tx", "--px", "--rsyncdir", "--rsyncignore", "--testrunuid", "--maxschedchunk", "--looponfail"),
    # Files and colours are for the developer, and are written here. A conftest.py may need the hooks that --json-report adds.
    *("--junitxml", "--junit-xml", "--junitprefix", "--junit-prefix", "--html", "--self-contained-html", "--css", "--report-log"),
    *("--nunit*", "--json-report-file", "--md-report*", "--alluredir", "--clean-alluredir", "--cov*", "--no-cov*"),
    *("--report-dir", "--log-file*", "--resultlog", "--pastebin", "--debug", "--basetemp", "--color", "--code-highlight"),
    "--pdbcls",
    # What the cache chose is passed as node ids.
    *("--cache-clear", "--last-failed", "--failed-first", "--new-first", "--last-failed-no-failures", "--stepwise*"),
    # Set for the remote side anew.
    *("--config-file", "--rootdir"),
)
_LOCAL_DESTINATIONS = {"distload", "inifilename"}
_PATH_OPTIONS = ("--ignore", "--ignore-glob", "--confcutdir")
_LOCAL_PLUGINS = ("fabric_spark", "pytest_fabric_spark", "pytest_fabric_spark.plugin", "no:junitxml")


@dataclass(frozen=True)
class Option:
    """An option that pytest or a plugin knows, as argparse describes it."""

    names: tuple[str, ...]
    destination: str
    # Of argparse: None is one value, 0 is a flag.
    nargs: str | int | None


@dataclass(frozen=True)
class ArgumentContext:
    """What decides how arguments of this run are told to the remote side."""

    options: Sequence[Option]
    rootdir: Path
    # Where pytest was called.
    directory: Path
    # The ini file, if there is one.
    ini_file: Path | None = None
    # Node ids that take the place of paths and node ids of the arguments, if the cache chose them.
    chosen: Sequence[str] | None = None
    # After how many failures the cache plugin of --stepwise stops.
    stop_after: int | None = None
    # Whether a JUnit file is written here.
    writes_junit: bool = True


@dataclass
class _Argument:
    """An option with its values, or a positional argument if there is no option."""

    words: list[str]
    option: Option | None = None
    values: list[str] = field(default_factory=list)


def remote_arguments(arguments: Sequence[str], context: ArgumentContext) -> list[str]:
    """The arguments for the remote side, which runs in a copy of rootdir. ``arguments`` are all of this run in their order."""
    options: list[str] = []
    paths: list[str] = []
    for argument in _parse(arguments, context.options):
        if argument.option is None:
            paths.append(_path_of_root(argument.words[0], context))
        else:
            options += _remote_option(argument, argument.option, context)
    if context.chosen is not None:
        paths = list(context.chosen)
    elif not paths and context.directory != context.rootdir:
        paths = [_path_of_root(str(context.directory), context)]
    # addopts of the ini file are among the arguments.
    fixed = ["-o", "addopts=", "--rootdir=."]
    if context.ini_file is not None:
        fixed += ["-c", _inside(context.ini_file, context, str(context.ini_file))]
    stop = [] if context.stop_after is None else [f"--maxfail={context.stop_after}"]
    # results.xml is always written there. Fixtures such as record_property warn of xunit2, but only if a file is written.
    family = [] if context.writes_junit else ["-o", "junit_family=xunit1"]
    return [*fixed, *options, *family, *stop, *paths]


def _parse(words: Sequence[str], options: Sequence[Option]) -> Iterator[_Argument]:
    """Splits arguments as argparse does, which pytest lets parse them."""
    known = {name: option for option in options for name in option.names}
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if word == "--":
            yield from (_Argument([each]) for each in words[at:])
            return
        found = list(_options_of(word, known))
        if not found:
            yield _Argument([word])
            continue
        yield from found[:-1]
        last = found[-1]
        if last.option is not None and not last.values:
            last.values = _values(words[at:], last.option.nargs)
            last.words += last.values
            at += len(last.values)
        yield last


def _options_of(word: str, known: Mapping[str, Option]) -> Iterator[_Argument]:
    """The options in a word: several in ``-xvk``; none if it is positional. Only the last one may have values in later words."""
    if not word.startswith("-") or len(word) == 1:
        return
    if word in known:
        yield _Argument([word], known[word])
        return
    name, separator, value = word.partition("=")
    if separator and name in known:
        yield _Argument([word], known[name], [value])
        return
    letters = word[1:]
    while letters and not word.startswith("--"):
        option = known.get(f"-{letters[0]}")
        if option is None:
            break
        rest = letters[1:]
        if option.nargs != 0 and rest:
            yield _Argument([f"-{letters}"], option, [rest])
            return
        yield _Argument([f"-{letters[0]}"], option)
        letters = rest


def _values(words: Sequence[str], nargs: str | int | None) -> list[str]:
    if nargs is None:
        return list(words[:1])
    if isinstance(nargs, int):
        return list(words[:nargs])
    following: list[str] = []
    for word in words:
        if word.startswith("-") and len(word) > 1:
            break
        following.append(word)
    return following[:1] if nargs == "?" else following


def _remote_option(argument: _Argument, option: Option, context: ArgumentContext) -> list[str]:
    if option.destination in _LOCAL_DESTINATIONS or any(_matches(name, _LOCAL_OPTIONS) for name in option.names):
        return []
    if _matches("-p", option.names) and argument.values and argument.values[0] in _LOCAL_PLUGINS:
        return []
    if _matches("-o", option.names) and argument.values and argument.values[0].partition("=")[0].strip() == "addopts":
        return []
    if any(name in _PATH_OPTIONS for name in option.names) and argument.values:
        path = _relative(Path(context.directory, argument.values[0]), context)
        # What is not in rootdir is not on the remote side either.
        return [] if path is None else [f"{option.names[0]}={path}"]
    return argument.words


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return any(name.startswith(each[:-1]) if each.endswith("*") else name == each for each in patterns)


def _path_of_root(argument: str, context: ArgumentContext) -> str:
    """A path or node id relative to rootdir. What is no path here is left as it is, such as a module after --pyargs."""
    found = re.match(r"(.*?)((?:::|\[).*)?$", argument, re.DOTALL)
    path, test = (found.group(1), found.group(2) or "") if found else (argument, "")
    place = Path(context.directory, path)
    if not place.exists():
        return argument
    return _inside(place, context, argument) + test


def _inside(place: Path, context: ArgumentContext, shown: str) -> str:
    path = _relative(place, context)
    if path is None:
        advice = "move it there, set --rootdir to a folder that has both, or run it without --remote"
        raise RemoteError(
            could_not(f"run {shown} remotely", f"it is not in rootdir ({context.rootdir}), which is what is copied", advice)
        )
    return path


def _relative(place: Path, context: ArgumentContext) -> str | None:
    """A path with slashes, since the remote side is Linux; None if it is not in rootdir."""
    for path, root in ((Path(os.path.abspath(place)), context.rootdir), (place.resolve(), context.rootdir.resolve())):
        if path.is_relative_to(root):
            return path.relative_to(root).as_posix()
    return None
