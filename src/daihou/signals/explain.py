"""Why one signal says what it says of one subject, in plain words and without SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from daihou.kernel import Level, Verdict
from daihou.signals.expressions import Scalar, evaluate
from daihou.signals.features import FEATURES, is_met
from daihou.signals.model import UNITS, Signal, Threshold

LEVEL_ZH: Final = {Level.YELLOW: "黄色", Level.ORANGE: "橙色", Level.RED: "红色"}


@dataclass(frozen=True, slots=True)
class SignalReason:
    """One signal's verdict on one subject; ``verdict`` is None when it does not apply.

    ``next_level`` is the next heavier level, and ``distance`` how far the value is from it in the
    signal's unit (None when that level is more than one comparison). ``missing`` names the facts
    and features that are unknown. ``evidence`` are the features behind it.
    """

    signal_id: str
    verdict: Verdict | None
    level: Level | None
    value: int | None
    next_level: Level | None
    distance: int | None
    missing: tuple[str, ...]
    evidence: Mapping[str, Scalar]
    sentence_zh: str
    sentence_en: str


def explain_signal(
    signal: Signal, features: Mapping[str, Scalar], fed: frozenset[str] | None = None
) -> SignalReason:
    """Return what ``signal`` says of one row of its subject's feature relation, and why.

    It evaluates the same conditions as the compiled query, but in Python and on its own. ``fed``
    are the fact tables ever landed (None: all of them).
    Raises: KeyError when ``features`` lacks one that the signal reads.
    """
    missing = _missing(signal, features, fed)
    applies = _applies(signal, features)
    if applies is False:
        return _reason(signal, features, None, (), None)
    if applies is None or missing:
        names = missing or (f"applies ({signal.applies_text})",)
        return _reason(signal, features, Verdict.UNKNOWN, names, None)
    for threshold in signal.thresholds:
        if evaluate(threshold.tree, features) is True:
            return _reason(signal, features, Verdict.HIT, (), threshold)
    return _reason(signal, features, Verdict.NO_HIT, (), None)


def _applies(signal: Signal, features: Mapping[str, Scalar]) -> bool | None:
    if signal.products and features["product"] not in set(signal.products):
        return False
    if signal.applies is None:
        return True
    applies = evaluate(signal.applies, features)
    assert applies is None or isinstance(applies, bool), "the loader checks that it is a condition"
    return applies


def _missing(
    signal: Signal, features: Mapping[str, Scalar], fed: frozenset[str] | None
) -> tuple[str, ...]:
    facts = [need for need in signal.needs_facts if fed is not None and not is_met(need, fed)]
    if facts:
        return tuple(facts)
    columns = [name for name in signal.known_when if features[name] is None]
    if not columns and evaluate(signal.value, features) is None:
        columns = [signal.value_text]
    return tuple(columns)


def _reason(
    signal: Signal,
    features: Mapping[str, Scalar],
    verdict: Verdict | None,
    missing: tuple[str, ...],
    hit: Threshold | None,
) -> SignalReason:
    judged = verdict in {Verdict.HIT, Verdict.NO_HIT}
    found = evaluate(signal.value, features) if judged else None
    value = found if isinstance(found, int) else None
    following = _next(signal, hit) if judged else None
    distance = None if following is None or value is None else _distance(following, value)
    zh, en = _sentences(signal, verdict, value, missing, hit)
    if following is not None:
        zh += f"；{_to_next_zh(signal, following, distance)}"
        en += f"; {_to_next_en(signal, following, distance)}"
    return SignalReason(
        signal_id=signal.id,
        verdict=verdict,
        level=hit.level if hit else None,
        value=value,
        next_level=following.level if following else None,
        distance=distance,
        missing=missing,
        evidence={name: features[name] for name in signal.evidence},
        sentence_zh=f"{zh}。",
        sentence_en=f"{en}.",
    )


def _next(signal: Signal, hit: Threshold | None) -> Threshold | None:
    """Return the threshold of the lightest level heavier than the one reached."""
    heavier = signal.thresholds[: signal.thresholds.index(hit)] if hit else signal.thresholds
    return heavier[-1] if heavier else None


def _distance(threshold: Threshold, value: int) -> int | None:
    """Return by how much the value must change to reach the threshold."""
    if threshold.number is None:
        return None
    step = {">=": 0, ">": 1, "<=": 0, "<": -1, "=": 0}[threshold.operator or "="]
    return abs(threshold.number + step - value)


def _sentences(
    signal: Signal,
    verdict: Verdict | None,
    value: int | None,
    missing: tuple[str, ...],
    hit: Threshold | None,
) -> tuple[str, str]:
    zh, en = f"{signal.id} {signal.zh}", f"{signal.id} {signal.en}"
    if verdict is None:
        return f"{zh}：不适用", f"{en}: does not apply"
    if verdict is Verdict.UNKNOWN:
        named = [_named(signal, name) for name in missing]
        return (
            f"{zh}：无法判断，缺少{'、'.join(name for name, _ in named)}",
            f"{en}: unknown, because these are missing: {', '.join(name for _, name in named)}",
        )
    shown_zh, shown_en = _shown(signal, value)
    if hit is None:
        return f"{zh}：{shown_zh}，未触发", f"{en}: {shown_en}, no warning"
    rule = condition_words(hit)
    return (
        f"{zh}：{shown_zh}，达到{LEVEL_ZH[hit.level]}线（{rule}）",
        f"{en}: {shown_en}, {hit.level.value} ({rule})",
    )


def condition_words(threshold: Threshold) -> str:
    """Return a threshold as shown to people, with what was shipped when the book changed it."""
    if threshold.changed:
        return f"{threshold.text}; 本机构设定 set by the book, shipped: {threshold.shipped}"
    return threshold.text


def _named(signal: Signal, name: str) -> tuple[str, str]:
    feature = FEATURES[signal.subject].get(name)
    return (feature.zh, feature.en) if feature else (name, name)


def _shown(signal: Signal, value: int | None) -> tuple[str, str]:
    assert value is not None, "a verdict without value is unknown"
    return quantity(signal.unit, value)


def quantity(unit: str, value: int) -> tuple[str, str]:
    """Return a value with its unit in Chinese and English; basis points are shown as per cent."""
    if unit == "bp":
        sign = "-" if value < 0 else ""
        whole, part = divmod(abs(value), 100)
        shown = f"{sign}{whole}.{part:02d} %" if part else f"{sign}{whole} %"
        return shown, shown
    zh, en = UNITS[unit]
    return f"{value} {zh}", f"{value} {en}"


def _to_next_zh(signal: Signal, following: Threshold, distance: int | None) -> str:
    if distance is None:
        return f"{LEVEL_ZH[following.level]}线为 {following.text}"
    return f"距{LEVEL_ZH[following.level]}线还差 {quantity(signal.unit, distance)[0]}"


def _to_next_en(signal: Signal, following: Threshold, distance: int | None) -> str:
    if distance is None:
        return f"{following.level.value} is {following.text}"
    return f"{quantity(signal.unit, distance)[1]} from {following.level.value}"
