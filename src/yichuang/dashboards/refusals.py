"""What the dashboards refuse to show: places and departments that are not there."""

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


class DepartmentNotKnown(Refusal):
    """No department of this key on that day."""

    sentence = N_("{on}没有代号为“{key}”的部门")
    remedy = N_("请从总览页的部门一览进入；2015年的部门以2015年的名称列出")


class FigureNotFound(Refusal):
    """The bulletin has no figure of this id."""

    sentence = N_("这份通报没有编号为“{id}”的数据")
    remedy = N_("请从通报正文中点击数据进入")


class FormNotOffered(Refusal):
    """A bulletin is not written in that form."""

    sentence = N_("通报不能写成“{form}”")
    remedy = N_("可下载 docx、pdf 或 annex.json")
