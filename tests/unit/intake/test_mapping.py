"""A mapping file is checked whole, with the line of each problem."""

import pytest

from daihou.errors import MappingError
from daihou.intake import load_mapping
from daihou.intake.expressions import parse_expression
from tests.unit.intake.kit import PAYMENT


def problems(text):
    with pytest.raises(MappingError) as caught:
        load_mapping(text, "m.yaml")
    assert "m.yaml" in caught.value.message
    return "\n".join(caught.value.problems)


def test_a_good_mapping_has_its_contract_and_source():
    mapping = load_mapping(PAYMENT, "m.yaml")
    assert mapping.tables[0].contract.name == "payment"
    assert mapping.source.files == "*.csv"
    assert not mapping.fills_identifying


def test_all_problems_come_at_once_each_with_its_line():
    told = problems(
        "table: payment\n"
        "currency: XXX\n"
        "colour: red\n"
        "columns:\n"
        "  payment_id: {from: id}\n"
        "  account_id: {from: a, constant: b}\n"
        "  paid_on: {from: d, format: '%d.%m'}\n"
        "  kind: {from: k, codes: {1: gift}}\n"
        "  amount_minor: {from: b}\n"
        "  colour: {from: c}\n"
    )
    assert told == "line 3: colour: Extra inputs are not permitted"
    told = problems(
        "table: payment\n"
        "currency: XXX\n"
        "columns:\n"
        "  payment_id: {from: id}\n"
        "  account_id: {from: a, constant: b}\n"
        "  paid_on: {from: d, format: '%d.%m'}\n"
        "  kind: {from: k, codes: {1: gift}}\n"
        "  amount_minor: {from: b}\n"
        "  colour: {from: c}\n"
    )
    for line in (
        "line 2: currency: unknown currency",
        "line 5: columns.account_id: give exactly one of",
        "line 6: columns.paid_on: format '%d.%m' must hold %Y",
        "line 7: columns.kind: 'gift' is not one of payment",
        "line 8: columns.amount_minor: unit must be one of minor, major",
        "line 9: columns.colour: no column 'colour'",
    ):
        assert line in told


def test_a_needed_column_that_comes_from_nowhere_is_named():
    told = problems("table: payment\ncolumns:\n  payment_id: {from: id}\n")
    for name in ("account_id", "paid_on", "kind", "amount_minor"):
        assert f"{name} is needed" in told
    assert "booked_on is needed" not in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "write at least"), ("- a\n- b\n", "write at least"), ("a: [1\n", "line 2"),
        ("table: nothing\ncolumns: {}\n", "no contract 'nothing'"),
        ("table: payment\ntable: payment\n", "written twice"),
        ("a: &x [1]\nb: *x\n", "no references"), ("? [a, b]\n: 1\n", "one word"),
        (PAYMENT.replace('"*.csv"', "../x.csv"), "inside the inbox"),
        (PAYMENT.replace('"*.csv"', "/etc/passwd"), "inside the inbox"),
        (PAYMENT.replace("payments-{stem}", "x{stern}"), "unknown ['stern']"),
        (PAYMENT.replace("payments-{stem}", "a/{stem}"), "only letters"),
        (PAYMENT.replace("unit: yuan", "unit: percent"), "unit must be one of"),
        (PAYMENT.replace("unit: yuan", "unit: major"), "needs `currency:`"),
        (PAYMENT.replace("{from: day}", "{from: day, unit: yuan}"), "only for amounts"),
        (PAYMENT.replace("{from: day}", "{from: day, format: ['%d/%m/%Y', '%m/%d/%Y']}"),
         "ambiguous"),
        (PAYMENT.replace("{from: day}", "{constant: 2026-02-30}"), "must be a day"),
        (PAYMENT.replace("{from: amount, unit: yuan}", '{constant: "0"}'), "outside 1 to"),
        (PAYMENT.replace("{from: loan}", "{from: loan, codes: {a: b}}"), "codes are only"),
        (PAYMENT.replace("{from: loan}", "{from: loan, format: '%Y%m%d'}"), "format is only"),
        (PAYMENT.replace("{from: loan}", "{expr: 'getenv(1)'}"), "getenv is not allowed"),
        (PAYMENT.replace("files:", "filter: '(select 1)', files:"), "Subquery"),
    ],
)  # fmt: skip
def test_wrong_mappings_are_refused_with_a_reason(text, told):
    assert told in problems(text)


def test_a_bomb_of_references_is_refused_before_it_grows():
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    assert "no references" in problems("\n".join(lines))


def test_codes_keep_their_zeros_and_words():
    text = PAYMENT.replace(
        "{constant: payment}", "{from: k, codes: {01: payment, no: reversal, 1.0: recovery}}"
    )
    codes = load_mapping(text, "m").tables[0].columns["kind"].codes
    assert codes == {"01": "payment", "no": "reversal", "1.0": "recovery"}


@pytest.mark.parametrize(
    "text",
    [
        "a + 1", "coalesce(a, 'x')", "case when a > 1 then b else c end", "a in ('1', '2')",
        "try_strptime(a, '%m/%Y')", "strptime(a, '%m/%Y') + interval 1 month", "upper(trim(a))",
        "cast(a as decimal(18, 2)) * 100", '"借据号" || \'-\' || b', "a between 1 and 2",
        "regexp_replace(a, 'x', '')", "not (a is null or b = '')", "substring(a, 1, 4)",
        "last_day(cast(a as date))", "split_part(a, '-', 2)", "a like '合计%'",
    ],
)  # fmt: skip
def test_plain_expressions_are_allowed(text):
    tree, wrong = parse_expression(text)
    assert tree is not None and wrong == []


@pytest.mark.parametrize(
    "text",
    [
        "", ";", "a; b", "select 1", "(select 1)", "a = (select max(b) from t)",
        "exists (select 1)",
        "getenv('HOME')", "read_text('/etc/passwd')", "read_csv('x')", "'/etc/passwd'.read_text()",
        "count(*)", "sum(a)", "row_number() over ()", "t.a", "*", "$1", "?", "a::json", "[1, 2]",
        "{'a': 1}", "current_setting('x')", "random()", "now()", "current_date", "drop table x",
        "copy x to 'y'", "a collate nocase", "lpad(a, 1000000000, 'x')", "repeat(a, 1000000000)",
        "query('select 1')", "unnest([1])", "list_transform([1], lambda x: x)", "a +",
        "1 +" * 600 + " 1", "(" * 5000 + "1" + ")" * 5000, "x" * 5000, "pragma x", "uuid()",
        "nextval('s')", "a::varchar[]", "from x",
    ],
)  # fmt: skip
def test_everything_else_is_refused(text):
    tree, wrong = parse_expression(text)
    assert tree is None and wrong


def test_unknown_source_columns_of_an_expression_are_all_named():
    wrong = parse_expression("a + b + c", {"b"})[1]
    assert sorted(wrong) == ["no source column 'a'", "no source column 'c'"]


def test_casts_become_gentle():
    tree, _ = parse_expression("cast(a as date)")
    assert tree is not None and tree.sql("duckdb") == "TRY_CAST(a AS DATE)"
