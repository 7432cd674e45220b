"""Words: what the codes of cases are called on these pages, marked for translation."""

from yichuang.kernel.words import N_

UNITS: dict[str, str] = {
    "working-days": N_("个工作日"),
    "calendar-days": N_("个自然日"),
    "opening-hours": N_("个工作小时"),
}

MEASURES: dict[str, str] = {
    "accepted": N_("受理"),
    "completed": N_("办结"),
    "on-time": N_("按期办结"),
    "early": N_("提前办结"),
    "late": N_("逾期办结"),
    "late-statutory": N_("超法定时限办结"),
    "judged": N_("按工作日计时的办结"),
    "open": N_("期末在办"),
    "open-late": N_("期末超期在办"),
    "received": N_("收件"),
}

# The special procedures of article 45 of the Administrative Licence Law, as the ledger names them.
PROCEDURES: dict[str, str] = {
    "hearing": N_("听证"),
    "tender": N_("招标"),
    "auction": N_("拍卖"),
    "inspection": N_("检验"),
    "testing": N_("检测"),
    "quarantine": N_("检疫"),
    "appraisal": N_("鉴定"),
    "expert-review": N_("专家评审"),
}
ACTIONS: dict[str, str] = {"pass": N_("通过")}
MONTHS: tuple[str, ...] = (
    *(N_("1月"), N_("2月"), N_("3月"), N_("4月"), N_("5月"), N_("6月")),
    *(N_("7月"), N_("8月"), N_("9月"), N_("10月"), N_("11月"), N_("12月")),
)

COMPANY_ID_TYPES = frozenset({"001", "002", "003"})
ID_TYPES: dict[str, str] = {
    "001": N_("统一社会信用代码"),
    "002": N_("组织机构代码"),
    "003": N_("工商注册号"),
    "111": N_("居民身份证"),
}
