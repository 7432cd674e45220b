"""Words: what codes are called on the workbench's pages."""

from yichuang.kernel.words import N_

WAYS: dict[str, str] = {
    "bring": N_("窗口收取"),
    "upload": N_("已上传"),
    "reuse": N_("调用已有证照"),
    "promise": N_("告知承诺"),
}
AGENT_RELATIONS: dict[str, str] = {
    "family": N_("家属代办"),
    "entrusted": N_("委托他人办理"),
    "staff": N_("工作人员代办"),
}
DELIVERIES: dict[str, str] = {"window": N_("窗口领取"), "post": N_("邮寄送达"), "download": N_("网上下载")}
