"""What is told of an invented report, with sentences of our own: for tests of how it is shown."""

from datetime import date

from daihou.jobs.telling import told_of
from daihou.report.writers.invent import Size, invent_report

TODAY = date(2026, 6, 30)
HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(2)</script>{{7*7}}\u202e\x1b[31m"


def source(grade="L", title="征信业管理条例", article="第十六条"):
    return {"title": title, "article": article, "grade": grade, "note": ""}


def said(direction, zh, en, *evidence, grade="L", **more):
    return {
        "id": f"{direction}_{len(zh)}", "weight": 50, "direction": direction,
        "text": {"zh": zh, "en": en}, "sources": [source(grade)],
        "evidence": [{"kind": kind, "index": index, "field": ""} for kind, index in evidence],
        **more,
    }  # fmt: skip


def invented(seed=20, accounts=40, inquiries=60):
    """Return the first invented report from a seed on that has a third of what was asked for."""
    size = Size(accounts=accounts, inquiries=inquiries)
    reports = (invent_report(number, size) for number in range(seed, seed + 200))
    return next(
        one
        for one in reports
        if len(one.accounts) * 3 >= accounts and len(one.inquiries) * 3 >= inquiries
    )


def told(report=None, **more):
    """Return what is told of a report, with three sentences, a plan, a what-if and a letter."""
    found = told_of(report or invented(), today=TODAY)
    found["report"]["findings"] = [
        said("hurts", "现在有账户逾期。", "An account is overdue.", ("accounts", 0)),
        said("neutral", "这是例行检查。", "This is routine.", ("inquiries", 0), ("inquiries", 1),
             grade="W"),
        said("helps", "账户很老。", "An account is old.", ("accounts", 1), grade="C"),
    ]  # fmt: skip
    found["plan"] = [
        {"when": {"zh": "2026-12-01 前", "en": "by 2026-12-01"}, "sources": [source("B")],
         "text": {"zh": "还清。", "en": "Pay it."},
         "evidence": [{"kind": "accounts", "index": 0, "field": ""}]},
    ]  # fmt: skip
    found["what_if"] = [
        {"text": {"zh": "还清", "en": "pay"}, "measure": {"zh": "使用率", "en": "use"},
         "before": "82%", "after": "31%"},
    ]  # fmt: skip
    found["letters"] = [
        {"lang": "zh", "file_name": "line.txt", "title": "取消额度", "text": "本人＿＿"},
        {"lang": "en", "file_name": "line-en.txt", "title": "Cancel a line", "text": "I, ＿＿"},
    ]
    return found | more
