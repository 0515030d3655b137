"""Class, stage, expected loss and provision of every account, compiled from the law in force.

The watch list is decided after the classes, so it is not an indicator of stage 2 on the same night.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from daihou.errors import LawError
from daihou.kernel import AssetClass, Product
from daihou.law import Law, Parameter, Rule, RuleKind
from daihou.night import loss
from daihou.night.class_terms import (
    Terms,
    compared,
    interval,
    share_condition,
    tree,
)
from daihou.night.dates import add_months
from daihou.night.program import Stage, literal, stage_query

DEFAULT = "default"
"""The key under which a book names the law of every product that has none of its own."""

_PHASE = "classify"
_DEBTOR = frozenset(
    {RuleKind.DEBTOR_SHARE_HERE, RuleKind.DEBTOR_SHARE_ALL_BANKS, RuleKind.DEBTOR_NPL}
)
_STAGES = (
    RuleKind.STAGE_OVERDUE,
    RuleKind.STAGE_CLASS,
    RuleKind.STAGE_EVENT,
    RuleKind.STAGE_RESTRUCTURED,
    RuleKind.STAGE_FIRST,
)
_RANK = {word: number for number, word in enumerate(AssetClass, start=1)}
_NPL = _RANK[AssetClass.SUBSTANDARD]


@dataclass(frozen=True, slots=True)
class _Laws:
    """The law of each product, and the rules of all of them under one numbering."""

    by_product: Mapping[str, Law]
    as_of: date
    numbers: Mapping[str, int]
    parameters: Mapping[str, Parameter]

    def each(self, build: Callable[[Law, str], exp.Expr], alias: str = "") -> exp.Expr:
        """Return what ``build`` makes of each product's law, as one expression over the product.

        Products whose trees are equal share one branch; the most common one is the rest.
        """
        trees = {product: build(law, product) for product, law in self.by_product.items()}
        texts = {product: made.sql("duckdb") for product, made in trees.items()}
        usual = Counter(texts.values()).most_common(1)[0][0]
        groups: dict[str, list[str]] = {}
        for product, text in texts.items():
            groups.setdefault(text, []).append(product)
        rest = trees[groups.pop(usual)[0]]
        if not groups:
            return rest
        case = exp.Case()
        for products in groups.values():
            case = case.when(
                exp.column("product", alias or None).isin(*[literal(p) for p in products]),
                trees[products[0]],
                copy=False,
            )
        return case.else_(rest, copy=False)


def law_for(laws: Mapping[str, Law], product: str | None) -> Law:
    """Return the law of one product: its own, or the default one.

    Raises: LawError when the book names neither.
    """
    law = laws.get(product or DEFAULT, laws.get(DEFAULT))
    if law is None:
        raise LawError(
            "a product has no law",
            [f"neither {product} nor {DEFAULT} is named"],
            next_step="name rule packs for it, or for default, in book.yaml, rule_packs",
        )
    return law


def compile_classification(
    laws: Mapping[str, Law],
    as_of: date,
    rates: loss.LossRates | None,
    texts: Mapping[str, str],
    carry: Sequence[str] = (),
) -> list[Stage]:
    """Return the stages, in order, that end in account_class.

    With ``carry``, the columns of account_state to keep, the last stage is account_full: state and
    class side by side, so that nobody joins the whole book to itself.

    ``laws`` maps a product, or "default", to the law in force on ``as_of``; ``texts`` holds the
    stage files (4*.sql are read); without ``rates`` every expected loss is unknown.
    Shape: account_class has one row per row of account_state: account_id, asset_class, class_rule,
    stage, stage_rule, ecl_minor, provision_minor. Reads account_state, known_customer,
    known_restructuring, known_external_event, known_instalment, known_card_statement.
    Raises: LawError when a product has no law or the laws disagree on a value.
    """
    book = _gather(laws, as_of)
    whole = _whole(book)
    values = {
        "as_of": as_of,
        **_event_values(whole),
        **_term_values(whole),
        **_debtor_values(book, whole),
    }
    stages = [
        Stage(file.removesuffix(".sql").split("_", 1)[1], stage_query(text, file, values), _PHASE)
        for file, text in sorted(texts.items())
        if file.startswith("4")
    ]
    stages.append(Stage("loss_rate", loss.rate_table(rates), _PHASE))
    last = "account_full" if carry else "account_class"
    stages.append(Stage(last, _account_class(book, rates, carry), _PHASE))
    return stages


def _gather(laws: Mapping[str, Law], as_of: date) -> _Laws:
    by_product = {product.value: law_for(laws, product.value) for product in Product}
    parameters: dict[str, Parameter] = {}
    problems: list[str] = []
    for law in by_product.values():
        if law.on != as_of:
            problems.append(f"the law was resolved on {law.on}, the night is {as_of}")
        for name, parameter in law.parameters.items():
            if parameters.setdefault(name, parameter) != parameter:
                problems.append(f"{name} has two values in one book")
    if problems:
        raise LawError("one night needs one law", sorted(set(problems)))
    return _Laws(
        by_product, as_of, {name: n for n, name in enumerate(parameters, start=1)}, parameters
    )


def _whole(book: _Laws) -> Law:
    """Return one law with every parameter of every product's law, for what is shared."""
    first = next(iter(book.by_product.values()))
    return Law(book.as_of, first.packs, book.parameters)


def _event_values(law: Law) -> dict[str, object]:
    """Return the trees of the event stage: kinds used, lifts, one day and one size per kind."""
    rules = [p.rule for p in law.parameters.values() if p.rule is not None]
    used = {rule.event for rule in rules} | {rule.with_event for rule in rules}
    kinds = sorted({k for k in used if k} | {"credit_impaired"})
    columns: list[exp.Expr] = []
    lifted = exp.Case()
    lifts: set[str] = set()
    for kind in kinds:
        here = literal(kind)
        columns.append(tree("MIN(CASE WHEN kind = :kind THEN known_on END)", kind=here)
                       .as_(f"{kind}_on"))  # fmt: skip
        columns.append(
            tree(
                "MAX(CASE WHEN kind = :kind AND stamp = last_stamp THEN value_bp END)", kind=here
            ).as_(f"{kind}_bp")
        )
        lifted_by = law.lifts(kind)
        if lifted_by:
            lifts |= set(lifted_by)
            ends = exp.column("kind").isin(*[literal(k) for k in lifted_by])
            lifted = lifted.when(
                tree("kind = :kind", kind=here),
                tree(
                    "MAX(CASE WHEN :ends THEN stamp END) OVER (PARTITION BY account_id)", ends=ends
                ),
                copy=False,
            )
    never = exp.cast(exp.null(), "BIGINT")
    wanted = [literal(kind) for kind in sorted({*kinds, *lifts})]
    return {
        "columns": columns,
        "event_columns": [exp.column(column.alias, "e") for column in columns],
        "lifted_at": lifted if lifts else never,
        "used": exp.column("kind", "e").isin(*wanted),
    }


def _term_values(law: Law) -> dict[str, object]:
    """Return the values of the observation and probation stages; they are empty without a rule."""
    base, upgrade = _only(law, RuleKind.RESTRUCTURED), _only(law, RuleKind.UPGRADE)
    months, periods = _term(law, base)
    upgrade_months, upgrade_periods = _term(law, upgrade)
    return {
        "wanted": base is not None,
        "observation": interval(months),
        "observed_since": add_months(law.on, -months),
        "periods": periods,
        "clean": f"[N*]{{{months + 1}}}",
        "enough": f"(N[^N]*){{{periods}}}",
        "month": law.on.year * 12 + law.on.month,
        "upgrades": upgrade is not None,
        "upgrade": interval(upgrade_months),
        "current_since": add_months(law.on, -upgrade_months),
        "upgrade_periods": upgrade_periods,
        "upgraded": f"[N*]{{{upgrade_months + 1}}}[^4-7]*$",
        "enough_since": f"(N[^4-7]*){{{upgrade_periods}}}$",
    }


def _only(law: Law, kind: RuleKind) -> Parameter | None:
    """Return the one rule of a kind that a book can have.

    Raises: LawError when the packs of a book hold two.
    """
    found = [p for p in law.rules(kind) if p.value is not False]
    if len(found) > 1:
        raise LawError(f"two rules of kind {kind}", [p.id for p in found])
    return found[0] if found else None


def _term(law: Law, parameter: Parameter | None) -> tuple[int, int]:
    if parameter is None:
        return 0, 0
    return parameter.number, law.number(f"{parameter.id}.periods")


def _debtor_values(book: _Laws, whole: Law) -> dict[str, object]:
    never: exp.Expr = exp.cast(exp.null(), "BOOLEAN")
    here = next(iter(whole.rules(RuleKind.DEBTOR_SHARE_HERE)), None)
    everywhere = next(iter(whole.rules(RuleKind.DEBTOR_SHARE_ALL_BANKS)), None)
    counts = bool(whole.rules(*_DEBTOR, RuleKind.UPGRADE))

    def npl(law: Law, product: str) -> exp.Expr:
        terms = Terms(law, book.as_of)
        return exp.or_(
            exp.false(),
            *[
                condition
                for parameter, rule in law.rules_for(product)
                if _rank(rule) >= _NPL
                and (condition := terms.condition(parameter, rule, alone=True)) is not None
            ],
        )

    return {
        "wanted_debtor": counts,
        "npl": book.each(npl, "s") if counts else exp.false(),
        "npl_since": Terms(whole, book.as_of).npl_since(),
        "share_here": share_condition(here, "t.npl_minor", "t.total_minor") if here else never,
        "share_all_banks": share_condition(
            everywhere, "c.all_bank_overdue_90_minor", "c.all_bank_debt_minor"
        )
        if everywhere
        else never,
    }


def _account_class(
    book: _Laws, rates: loss.LossRates | None, carry: Sequence[str] = ()
) -> exp.Query:
    """Return the last stage: rule number, then class and stage, then the amounts."""
    needed = ("account_id", "product", "limit_minor", "utilisation_bp", "months_to_maturity", "dpd")
    kept = dict.fromkeys((*needed, *carry))
    judged = (
        exp.select(
            *[exp.column(name, "s") for name in kept],
            tree("s.written_off_on IS NOT NULL").as_("off_books"),
            book.each(lambda law, product: _rule_number(book, law, product), "s").as_("rule_no"),
            book.each(lambda law, _: _observed(law), "s").as_("observed"),
            *[exp.column(c, "e") for c in _stage_events(book)],
            loss.owed_minor("s.balance_minor").as_("owed_minor"),
            *[exp.column(c, "k") for c in loss.RATE_COLUMNS],
        )
        .from_(exp.to_table("account_state", alias="s"))
        .join(_on("class_note", "e", tree("s.account_id = e.account_id")))
        .join(_on("class_debtor", "d", tree("s.customer_id = d.customer_id")))
        .join(
            _on(
                "loss_rate",
                "k",
                tree(
                    "s.product = k.product AND s.bucket = k.bucket AND :band = k.band",
                    band=loss.band_of(rates),
                ),
            )
        )
    )
    ranked = exp.select(
        "*", _by_number(book, lambda rule: literal(_rank(rule))).as_("class_rank")
    ).from_(judged.subquery("j"))
    staged = exp.select(
        "*", book.each(lambda law, _: _stage_number(book, law)).as_("stage_no")
    ).from_(ranked.subquery("c"))
    named = exp.select(
        "*",
        _stages_by_number(book).as_("stage"),
        loss.exposure(rates).as_("exposure_minor"),
    ).from_(staged.subquery("g"))
    return exp.select(
        *(carry or ["account_id"]),
        _class_name().as_("asset_class"),
        _id_by_number(book, "rule_no").as_("class_rule"),
        exp.cast(exp.column("stage"), "INTEGER").as_("stage"),
        _id_by_number(book, "stage_no").as_("stage_rule"),
        exp.cast(loss.ecl(), "BIGINT").as_("ecl_minor"),
        exp.cast(book.each(lambda law, _: _provision(law)), "BIGINT").as_("provision_minor"),
    ).from_(named.subquery("n"))


def _on(table: str, alias: str, condition: exp.Expr) -> exp.Join:
    return exp.Join(this=exp.to_table(table, alias=alias), side="LEFT", on=condition)


def _rank(rule: Rule) -> int:
    assert rule.asset_class is not None, "a classifying rule names a class"
    return _RANK[rule.asset_class]


def _rule_number(book: _Laws, law: Law, product: str) -> exp.Expr:
    """Return the number of the first rule that fires, worst class first; null when none does."""
    terms, case = Terms(law, book.as_of), exp.Case()
    for parameter, rule in law.rules_for(product):
        condition = terms.condition(parameter, rule, alone=False)
        if condition is not None:
            case = case.when(condition, literal(book.numbers[parameter.id]), copy=False)
    return case


def _observed(law: Law) -> exp.Expr:
    watched = bool(law.rules(RuleKind.RESTRUCTURED))
    return tree("e.restructured_on IS NOT NULL") if watched else exp.false()


def _stage_events(book: _Laws) -> list[str]:
    rules = [p.rule for p in book.parameters.values() if p.rule is not None]
    return sorted({f"{r.event}_on" for r in rules if r.kind is RuleKind.STAGE_EVENT})


def _stage_number(book: _Laws, law: Law) -> exp.Expr:
    """Return the number of the rule that sets the stage, worst stage first; null without class."""
    case = exp.Case().when(tree("rule_no IS NULL"), exp.null())
    rules = [(p, p.rule) for p in law.rules(*_STAGES) if p.rule is not None]
    for parameter, rule in sorted(rules, key=lambda pair: -(pair[1].stage or 0)):
        if parameter.value is False:
            continue
        if rule.kind is RuleKind.STAGE_OVERDUE:
            condition = compared(rule.comparison, "dpd", parameter.number)
        elif rule.kind is RuleKind.STAGE_CLASS:
            condition = tree("class_rank >= :rank", rank=_rank(rule))
        elif rule.kind is RuleKind.STAGE_EVENT:
            condition = exp.column(f"{rule.event}_on").is_(exp.null()).not_()
        else:
            condition = tree("observed" if rule.kind is RuleKind.STAGE_RESTRUCTURED else "TRUE")
        case = case.when(condition, literal(book.numbers[parameter.id]), copy=False)
    return case


def _by_number(book: _Laws, value: Callable[[Rule], exp.Expr]) -> exp.Expr:
    """Return a value of each classifying rule by its number."""
    case = exp.Case(this=exp.column("rule_no"))
    for name, parameter in book.parameters.items():
        rule = parameter.rule
        if rule is not None and rule.asset_class is not None and _classifies(rule):
            case = case.when(literal(book.numbers[name]), value(rule), copy=False)
    return case


def _stages_by_number(book: _Laws) -> exp.Expr:
    case = exp.Case(this=exp.column("stage_no"))
    for name, parameter in book.parameters.items():
        if parameter.rule is not None and parameter.rule.kind in _STAGES:
            case = case.when(literal(book.numbers[name]), literal(parameter.rule.stage), copy=False)
    return case if case.args.get("ifs") else exp.cast(exp.null(), "INTEGER")


def _id_by_number(book: _Laws, column: str) -> exp.Expr:
    case = exp.Case(this=exp.column(column))
    for name, parameter in book.parameters.items():
        if parameter.rule is not None and parameter.rule.kind is not RuleKind.PROVISION:
            case = case.when(literal(book.numbers[name]), literal(name), copy=False)
    return case


def _class_name() -> exp.Expr:
    case = exp.Case(this=exp.column("class_rank"))
    for word, rank in _RANK.items():
        case = case.when(literal(rank), literal(word.value), copy=False)
    return case


def _classifies(rule: Rule) -> bool:
    return rule.kind is not RuleKind.PROVISION and rule.kind not in _STAGES


def _provision(law: Law) -> exp.Expr:
    """Return the ratio of the class x what is owed, half up; without ratios the expected loss.

    A written-off claim has left the books: nothing is left to provide for.
    """
    ratios = [(p, p.rule) for p in law.rules(RuleKind.PROVISION) if p.rule is not None]
    if not ratios:
        return loss.ecl()
    share = exp.Case(this=exp.column("class_rank"))
    for parameter, rule in ratios:
        share = share.when(literal(_rank(rule)), literal(parameter.number), copy=False)
    return tree(
        """CASE WHEN off_books THEN 0
          WHEN owed_minor < 900000000000000 THEN (owed_minor * :share + 5000) // 10000
          ELSE owed_minor // 10000 * :share + (owed_minor % 10000 * :share + 5000) // 10000 END""",
        share=share,
    )
