"""What a night depends on beside the facts: a home's texts, resolved to law and policies."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from daihou.engines import disk_errors
from daihou.errors import HomeError, LawError, PolicyError
from daihou.inquiry.rules import parse_rules
from daihou.jobs.home import Home, shipped_texts
from daihou.lake import Entry, Lake
from daihou.lake.disk import sync_file
from daihou.law import Law, resolve_law
from daihou.night.book import Book, parse_book
from daihou.night.compile import NightSettings
from daihou.night.loss import load_loss_rates
from daihou.policy import Policy, parse_policy
from daihou.signals import Catalogue, load_catalogue


@dataclass(frozen=True, slots=True)
class Inputs:
    """The texts that a night reads beside the facts: name to text."""

    texts: Mapping[str, str]

    @property
    def book(self) -> Book:
        """Return the checked book."""
        return parse_book(self.texts["book.yaml"], "book.yaml")


def read_inputs(home: Home) -> Inputs:
    """Return the texts of a home that decide what a night does."""
    book = home.book
    names = ["book.yaml", book.loss_rates, book.policy, *book.challengers]
    names += [book.asking] if book.asking else []
    return Inputs({name: home.text_of(name) for name in dict.fromkeys(names)})


def settings_for(
    inputs: Inputs, as_of: date, fed: Mapping[str, bool], before: date | None
) -> NightSettings:
    """Return the resolved settings of a night on ``as_of``.

    Raises: LawError, SignalError, PolicyError, NightError, each listing all its problems.
    """
    book = inputs.book
    policies: list[tuple[Policy, str]] = []
    for name in (book.policy, *book.challengers):
        policy = _policy(inputs.texts[name], name)
        if policy.effective_from > (book.law_on or as_of):
            raise PolicyError(
                f"the policy is in force from {policy.effective_from}, the night is {as_of}", (),
                where=name, next_step="name the version that was in force, or run a later night",
            )  # fmt: skip
        policies.append((policy, "champion" if name == book.policy else f"shadow:{policy.name}"))
    return NightSettings(
        book=book,
        as_of=as_of,
        laws=_laws(book, as_of),
        rates=load_loss_rates(inputs.texts[book.loss_rates], book.loss_rates),
        catalogue=_catalogue(json.dumps(book.signals, sort_keys=True)),
        policies=policies,
        fed=fed,
        texts=shipped_texts("daihou.night.stages", ".sql"),
        before=before,
        asking=parse_rules(inputs.texts[book.asking], book.asking) if book.asking else None,
    )


@lru_cache(maxsize=8)
def _policy(text: str, name: str) -> Policy:
    """Return a checked policy; nights of one run read the same few."""
    return parse_policy(text, name)


@lru_cache(maxsize=8)
def _catalogue(changed: str) -> Catalogue:
    """Return the shipped signals with the thresholds that a book changes, written as JSON."""
    texts = shipped_texts("daihou.signals.catalogue", ".yaml")
    return load_catalogue(texts, json.loads(changed))


def _laws(book: Book, as_of: date) -> dict[str, Law]:
    """Return the law of each product on the day, with the values that the book sets itself."""
    texts, day = shipped_texts("daihou.law", ".yaml"), book.law_on or as_of
    laws: dict[str, Law] = {}
    unknown = set(book.law)
    for product, packs in book.rule_packs.items():
        law = resolve_law(texts, packs, day)
        own = {name: value for name, value in book.law.items() if name in law.parameters}
        laws[product] = replace(resolve_law(texts, packs, day, own) if own else law, on=as_of)
        unknown -= set(own)
    if unknown:
        raise LawError(
            "the book sets parameters that none of its rule packs has", sorted(unknown),
            where="book.yaml, law", next_step="use the ids of docs/reference/law.md",
        )  # fmt: skip
    return laws


def inputs_of(lake: Lake, entry: Entry) -> Inputs:
    """Return the texts that a published night read.

    Raises: HomeError when one of them is gone.
    """
    return Inputs({name: kept_text(lake, sha) for name, sha in entry.note["inputs"].items()})


def keep_text(lake: Lake, text: str) -> str:
    """Keep a text under its hash, so that a past night can be run from what it read."""
    sha = hashlib.sha256(text.encode()).hexdigest()
    path = lake.root / "_inputs" / sha
    if not path.exists():
        with disk_errors(path):
            path.parent.mkdir(exist_ok=True)
            scratch = path.with_suffix(".tmp")
            scratch.write_text(text, encoding="utf-8")
            sync_file(scratch)  # an entry must not name a text that a power cut can empty
            scratch.rename(path)
    return sha


def kept_text(lake: Lake, sha: str) -> str:
    """Return a text that ``keep_text`` kept.

    Raises: HomeError when it is gone.
    """
    try:
        return (lake.root / "_inputs" / sha).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise HomeError("a text that the night read is gone", where=f"_inputs/{sha}") from None
