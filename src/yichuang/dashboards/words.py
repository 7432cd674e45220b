"""Words: what the codes of cases are called on these pages, marked for translation."""

from yichuang.kernel.words import N_

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

MONTHS: tuple[str, ...] = (
    *(N_("1月"), N_("2月"), N_("3月"), N_("4月"), N_("5月"), N_("6月")),
    *(N_("7月"), N_("8月"), N_("9月"), N_("10月"), N_("11月"), N_("12月")),
)
