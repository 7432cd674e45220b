"""What the dashboards refuse to show: figures and forms that are not there."""

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


class FigureNotFound(Refusal):
    """The bulletin has no figure of this id."""

    sentence = N_("这份通报没有编号为“{id}”的数据")
    remedy = N_("请从通报正文中点击数据进入")


class FormNotOffered(Refusal):
    """A bulletin is not written in that form."""

    sentence = N_("通报不能写成“{form}”")
    remedy = N_("可下载 docx、pdf 或 annex.json")
