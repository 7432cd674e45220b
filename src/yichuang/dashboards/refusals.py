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


class PlotNotFound(Refusal):
    """The page has no such chart, or none with numbers in this period."""

    sentence = N_("这一页没有名为“{key}”的图表")
    remedy = N_("请从图表下方的“下载 CSV”进入，或换一个有数据的期间")
