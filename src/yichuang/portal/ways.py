"""Ways of meeting a material, in the words in which the public reads them."""

from yichuang.catalogue.values import MaterialNeed, Way
from yichuang.kernel.words import N_

# Where several ways are open, the one that spares the applicant a journey comes first.
ORDER = (Way.REUSE, Way.UPLOAD, Way.PROMISE, Way.BRING)
TITLES: dict[Way, tuple[str, str]] = {
    Way.UPLOAD: (N_("现在上传"), N_("手机拍照或选择文件")),
    Way.BRING: (N_("以后到窗口提交"), N_("受理前带到窗口")),
    Way.REUSE: (N_("用已有的电子证照"), N_("不用再交这份材料")),
    Way.PROMISE: (N_("以书面承诺代替"), N_("您承诺符合条件，部门事后核查；承诺不实要承担责任")),
}
# On a guide nothing is chosen yet: each way is a possibility.
_OFFERED: dict[Way, str] = {
    Way.UPLOAD: N_("可以上传"),
    Way.BRING: N_("可以带到窗口"),
    Way.REUSE: N_("可以用电子证照"),
    Way.PROMISE: N_("可以承诺代替"),
}


def offered(need: MaterialNeed) -> list[str]:
    """Return every way in which a material may be met, as marked texts, the least troublesome first."""
    return [_OFFERED[way] for way in ORDER if way in need.ways]
