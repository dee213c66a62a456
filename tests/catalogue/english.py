"""A label back in English, so that one tour finds its buttons in every language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from bot.languages import PSEUDO_LANGUAGE, SOURCE_LANGUAGE
from bot.screens.i18n import PLACEHOLDER, PSEUDO_MARKS, PSEUDO_VALUE_MARKS, translations_for
from playground.seen import as_seen
from tests.support.keeping import ROOT

_MARKS: Final = dict.fromkeys(map(ord, "".join((*PSEUDO_MARKS, *PSEUDO_VALUE_MARKS))))


@cache
def texts() -> tuple[tuple[str, ...], ...]:
    """All texts of the source that are marked for translation; those of a number with both forms."""
    found = {}
    for folder in ("bot", "handlers"):
        for file in sorted(ROOT.joinpath(folder).glob("**/*.py")):
            found.update(dict.fromkeys(_texts_of(ast.parse(file.read_text()))))
    return tuple(found)


def _texts_of(tree: ast.AST) -> Iterator[tuple[str, ...]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_", "count"}:
            given = tuple(each.value for each in node.args if isinstance(each, ast.Constant))
            yield tuple(each for each in given if isinstance(each, str))


def english_of(label: str, language: str) -> str:
    """What a label of another language is in English; itself where it is no text of ours."""
    if language == SOURCE_LANGUAGE:
        return label
    if language == PSEUDO_LANGUAGE:
        return label.translate(_MARKS)
    for pattern, english in _patterns(language):
        if found := pattern.fullmatch(label):
            return _filled(english, {name: english_of(value, language) for name, value in found.groupdict().items()})
    return label


def _filled(text: str, values: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda each: values[_name(each[0])], text)


@cache
def _patterns(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Those with the longest texts first: "{name}" alone would match everything."""
    spoken = translations_for(language)
    pairs = []
    for forms in texts():
        english = [as_seen(each) for each in forms]
        # The form of two: what is tapped with one of a number in it is not looked for by all of its text.
        plural = as_seen(spoken.ngettext(forms[0], forms[-1], 2))
        others = [as_seen(spoken.gettext(forms[0])) if len(forms) == 1 else plural for _form in forms]
        pairs += list(zip(others, english, strict=True))
    pairs.sort(key=lambda pair: -len(PLACEHOLDER.sub("", pair[0])))
    return tuple((_pattern(other), english) for other, english in pairs if PLACEHOLDER.sub("", other).strip())


def _pattern(text: str) -> re.Pattern[str]:
    parts, seen, end = [], set(), 0
    for found in PLACEHOLDER.finditer(text):
        name = _name(found[0])
        parts.append(re.escape(text[end : found.start()]))
        parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>.*?)")
        seen.add(name)
        end = found.end()
    return re.compile("".join((*parts, re.escape(text[end:]))), re.DOTALL)


def _name(placeholder: str) -> str:
    return placeholder[1:-1].partition(":")[0]
