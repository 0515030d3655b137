"""The one way to say a sentence: every slot filled, in both languages, with evidence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final

from daihou.clinic.model import Finding, Sentences, Words
from daihou.report.facts_model import Evidence
from daihou.report.values import Month, When

Slot = Words | str | int | date | Month
_SHOWN: Final = 6
"""Names listed in one sentence; the evidence has them all."""


def say(
    sentences: Sentences,
    name: str,
    evidence: Iterable[Evidence],
    about: Iterable[str] = (),
    **slots: Slot,
) -> Finding:
    """Return a finding.

    Raises: ValueError without evidence; KeyError for a sentence or a slot that does not exist.
    """
    sentence = sentences.sentences[name]
    if set(slots) != sentence.slots:
        raise KeyError(f"{name}: slots {sorted(slots)} instead of {sorted(sentence.slots)}")
    return Finding(
        name,
        sentence.weight,
        sentence.direction,
        filled(sentence.words, slots),
        tuple(dict.fromkeys(evidence)),
        sentence.sources,
        tuple(dict.fromkeys(about)),
    )


def filled(words: Words, slots: Mapping[str, Slot]) -> Mapping[str, str]:
    """Return words with their slots filled, by language."""
    return MappingProxyType(
        {
            lang: template.format_map({key: _slot(value, lang) for key, value in slots.items()})
            for lang, template in zip(Words._fields, words, strict=True)
        }
    )


def _slot(value: Slot, lang: str) -> str:
    if isinstance(value, Words):
        return str(getattr(value, lang))
    if isinstance(value, Month):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:,}" if isinstance(value, int) else clean(value)


def clean(text: str) -> str:
    """Return text on one line without signs that steer a screen: a stranger wrote it."""
    spaced = re.sub(r"\s+", " ", text)
    return "".join(sign for sign in spaced if unicodedata.category(sign)[0] != "C").strip()


def listed(items: Sequence[Words | str]) -> Words:
    """Return a list in words, the first few by name and the others as a number."""
    pairs = [item if isinstance(item, Words) else Words(clean(item), clean(item)) for item in items]
    shown, more = pairs[:_SHOWN], len(pairs) - _SHOWN
    zh, en = "、".join(one.zh for one in shown), ", ".join(one.en for one in shown)
    return Words(f"{zh}等共{len(pairs)}项", f"{en} and {more} more") if more > 0 else Words(zh, en)


def share(bp: int) -> str:
    """Return basis points as a percentage, rounded down to a tenth."""
    whole, tenth = divmod(bp // 10, 10)
    return f"{whole}.{tenth}%" if tenth else f"{whole}%"


def told(when: When) -> str:
    """Return a day or month as ISO 8601 writes it."""
    return when.isoformat() if isinstance(when, date) else str(when)
