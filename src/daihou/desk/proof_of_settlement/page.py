"""One settlement proof in words: the same closing gives the same page and the same text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from jinja2 import Environment, StrictUndefined

from daihou.desk.labels import Words, value_label
from daihou.engines import disk_errors

if TYPE_CHECKING:
    from daihou.jobs.close import Proof

_PACKAGE: Final = "daihou.desk.proof_of_settlement"
_HEADS: Final = (
    Words("账户", "Account"), Words("业务", "Kind"), Words("开立日", "Opened on"),
    Words("关闭日", "Closed on"),
)  # fmt: skip


def proof_html(proof: Proof) -> str:
    """Return the proof as a page to print, in both languages; it needs no network."""
    folder = resources.files(_PACKAGE) / "templates"
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string((folder / "proof.html.j2").read_text(encoding="utf-8"))
    return template.render(p=proof, heads=_HEADS, rows=_rows(proof), paragraphs=_said(proof))


def proof_text(proof: Proof) -> str:
    """Return the proof as plain text, in both languages."""
    said, lines = _said(proof), [f"结清证明 · Proof of settlement    {proof.number}", ""]
    if proof.simulated:
        lines += ["【模拟数据 · SIMULATED: no real person】", ""]
    for zh, en in said["before"]:
        lines += [zh, en, ""]
    lines += ["\t".join(f"{zh} {en}" for zh, en in _HEADS)]
    lines += ["\t".join(row) for row in _rows(proof)] + [""]
    for zh, en in (*said["key"], *said["after"]):
        lines += [zh, en, ""]
    lines += [f"经办 Officer: {proof.by}    复核 Second: {proof.second}    日期 Date: {proof.on}"]
    return "\n".join(lines) + "\n"


def write_proof(proof: Proof, folder: Path) -> tuple[Path, Path]:
    """Write page and text below ``folder`` by the proof's number; return both paths.

    Raises: DiskError.
    """
    paths = (folder / f"{proof.number}.html", folder / f"{proof.number}.txt")
    with disk_errors(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path, text in zip(paths, (proof_html(proof), proof_text(proof)), strict=True):
            scratch = path.with_name(f".{path.name}.{uuid4().hex[:8]}.tmp")
            scratch.write_text(text, encoding="utf-8")
            scratch.replace(path)
    return paths


def _rows(proof: Proof) -> list[tuple[str, ...]]:
    return [
        (
            account.account_id, " ".join(dict.fromkeys(value_label("product", account.product))),
            str(account.opened_on), str(account.closed_on),
        )
        for account in proof.accounts
    ]  # fmt: skip


def _said(proof: Proof) -> Mapping[str, Sequence[Words]]:
    """Return the sentences before the accounts, those in the frame, and those at the end."""
    on, lender = proof.on, (proof.title_zh, proof.title_en)
    before = [
        Words(f"客户编号：{proof.customer_id}    姓名：________________",
              f"Customer no. {proof.customer_id}    Name: ________________"),
        Words(f"兹证明，截至 {on}，上述客户在{lender[0]}的下列业务本金、利息、费用均已结清，"
              "账户已关闭。",
              f"This is to certify that by {on} principal, interest and fees of the business below "
              f"with {lender[1]} are settled and the accounts are closed."),
    ]  # fmt: skip
    ended = [
        Words(f"{zh}：{'、'.join(numbers)}", f"{en}: {', '.join(numbers)}")
        for (zh, en), numbers in (
            (("已注销的授信额度", "Credit lines cancelled"), proof.lines),
            (("已解除的担保", "Guarantees ended"), proof.guarantees),
            (("已终止的贷后查询授权", "Consents to post-loan inquiry ended"), proof.consents),
        )
        if numbers
    ]  # fmt: skip
    key = [
        Words(f"自 {on} 起，本机构不再以“贷后管理”为由查询该客户的信用报告。",
              f"From {on} on this lender makes no inquiry into the customer's credit report under "
              "post-loan management."),
    ]  # fmt: skip
    after = [
        *ended,
        Words("信用报告的更新可能滞后约一个月；届时账户仍显示未结清的，请凭本证明联系本机构，或向征信中心"
              "提出异议。",
              "Reporting can lag about a month; if the report still shows the accounts as open "
              "after that, show this proof to this lender, or file a dispute with the bureau."),
        Words("此日之前的查询记录依法保留，不因结清而删除。",
              "Inquiries made before that day stay on record; settling does not delete them."),
    ]  # fmt: skip
    return {"before": before, "key": key, "after": after}
