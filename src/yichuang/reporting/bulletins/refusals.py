"""Refusals of bulletins: for whom none is drafted, what is no annex, where nothing can be written."""

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


class AnnexUnreadable(Refusal):
    """The file is no annex of a bulletin."""

    sentence = N_("附件“{file}”不是通报的数据附件：{reason}（{detail}）")
    remedy = N_("请给出 yichuang bulletin 命令写出、未经改动的 .annex.json 文件")


class AnnexNotNamed(Refusal):
    """Nothing to verify was named."""

    sentence = N_("没有给出要核对的附件")
    remedy = N_("请给出附件文件，如 yichuang bulletin verify bulletin.annex.json")


class AnnexNotFound(Refusal):
    """There is no such file."""

    sentence = N_("没有附件文件“{file}”")
    remedy = N_("请给出附件文件，如 yichuang bulletin verify bulletin.annex.json")


class NoBulletinOfTown(Refusal):
    """Towns issue no bulletin of their own."""

    sentence = N_("{name}（{division}）是镇级区划，通报只对市、县区和功能区起草")
    remedy = N_("请用 --region 给出市或县区的代码，如 {above}")


class OutputRefused(Refusal):
    """A bulletin cannot be written where it was asked for; nothing was written."""

    sentence = N_("不能写出“{name}”：{reason}；没有写出任何文件")
    remedy = N_("请用 -o 给出已有且可写的文件夹中的 .docx、.pdf 或 .html 文件")


class FigureNotInAnnex(Refusal):
    """The annex holds no such figure."""

    sentence = N_("附件“{file}”里没有数据“{figure}”")
    remedy = N_("其中的数据有：{possible}")


class OnePeriodOnly(Refusal):
    """No period was named, or two."""

    sentence = N_("没有说明是哪个期间，或者同时说了两个")
    remedy = N_("请给出一个期间（如 2015H1、2015-06、2015W23），或者只用 --weekly、--monthly 之一")
