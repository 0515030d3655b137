"""What orders, steps, occasions and alarms are called on screen and in files."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from daihou.desk.labels import Words
from daihou.inquiry.alarms import ALARM_WORDS, Scope
from daihou.inquiry.staff import ROLE_WORDS

_NAMES: Final[Mapping[str, Mapping[str, Words]]] = MappingProxyType({
    "state": {
        "planned": Words("待审批", "planned"), "approved": Words("已批准", "approved"),
        "sending": Words("发送中", "sending"), "sent": Words("已发送", "sent"),
        "answered": Words("已回复", "answered"), "no_record": Words("查无此人", "no record"),
        "failed": Words("失败", "failed"), "unknown": Words("结果不明", "unknown"),
        "cancelled": Words("已撤销", "cancelled"),
        "not_received": Words("征信系统未收到", "not received"),
    },
    "status": {
        "ordered": Words("下达", "ordered"), "waits": Words("超预算等待", "waits"),
        "refused": Words("门禁拒绝", "refused"),
    },
    "occasion": {
        "schedule": Words("按计划", "schedule"), "own_arrears": Words("本行逾期", "arrears here"),
        "misuse_of_funds": Words("资金用途异常", "misuse of funds"),
        "line_review": Words("额度复审", "line review"),
        "bureau_alert": Words("征信预警", "alert of the bureau"),
        "life_event": Words("重大变故", "life event"),
    },
    "refused_by": {
        "consent": Words("无有效授权", "no live consent"),
        "relationship": Words("无存续业务", "no open business"),
        "no_stop": Words("停止查询", "stopped"), "occasion": Words("未到期无触发", "no occasion"),
        "cool_off": Words("间隔太短", "too soon after the last"),
        "year_cap": Words("年度上限", "yearly cap"), "operator": Words("操作员", "operator"),
        "hours": Words("非工作时间", "hours"), "daily_cap": Words("日上限", "daily cap"),
    },
    "event": {
        "order_approve": Words("批准", "approved"), "order_cancel": Words("撤销", "cancelled"),
        "order_begin": Words("开始发送", "began to send"),
        "order_acknowledge": Words("征信系统已受理", "acknowledged"),
        "order_answer": Words("收到报告", "answered"),
        "order_no_record": Words("查无此人", "no record"), "order_fail": Words("失败", "failed"),
        "order_lose_track": Words("结果不明", "lost track"),
        "order_not_received": Words("征信系统未收到", "not received"),
        "night_entered": Words("夜批入账", "night entered"),
        "inquiry_stop": Words("停止查询", "inquiries stopped"),
        "relationship_closed": Words("关系关闭", "relationship closed"),
        "staff_added": Words("人员入册", "staff added"),
        "staff_roles": Words("岗位变更", "roles changed"),
        "staff_left": Words("人员离岗", "staff left"),
        "inquiries_audited": Words("查询审计", "inquiries audited"),
    },
    "scope": {
        Scope.PERSON.value: Words("人员", "person"), Scope.BRANCH.value: Words("机构", "branch"),
    },
    "level": {
        "yellow": Words("黄", "yellow"), "orange": Words("橙", "orange"), "red": Words("红", "red"),
    },
    "alarm": {kind.value: Words(*words) for kind, words in ALARM_WORDS.items()},
    "role": {role.value: Words(*words) for role, words in ROLE_WORDS.items()},
    "unit": {
        "inquiries": Words("笔", "inquiries"), "inquiries a day": Words("笔/日", "inquiries a day"),
        "per cent": Words("%", "per cent"),
    },
    "stop": {
        "closed": Words("已结清关闭", "closed"), "dispute": Words("异议", "dispute"),
        "death": Words("死亡", "death"),
        "consent_withdrawn": Words("撤回授权", "consent withdrawn"),
        "other": Words("其他", "other"),
    },
})  # fmt: skip


def name_of(kind: str, value: str) -> Words:
    """Return the name of a value; one without a name is shown as it is."""
    return _NAMES[kind].get(value, Words(value, value))


def both_names(kind: str, value: str) -> str:
    """Return the name of a value in both languages, for files that hold both."""
    words = name_of(kind, value)
    return words.zh if words.zh == words.en else f"{words.zh} · {words.en}"
