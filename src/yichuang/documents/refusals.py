"""Refusals of official documents: what cannot be set in type, and what to do about it."""

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


class BadDocumentNumber(Refusal):
    """A document number lacks its agency code, its four-digit year or its serial number."""

    sentence = N_("发文字号“{given}”不合规范")
    remedy = N_("请写成“机关代字〔四位年份〕序号号”，例如：安政办函〔2015〕69号，序号不编虚位、不加“第”字")
    citation = N_("GB/T 9704-2012 第7.2.5条")


class BadHeadingLevel(Refusal):
    """A heading is deeper than the four levels of the standard."""

    sentence = N_("标题“{text}”的层次 {level} 不存在")
    remedy = N_("公文结构层次只有四级：一、（一）1.（1），请改用 1 至 4")
    citation = N_("GB/T 9704-2012 第7.3.3条")


class EmptyElement(Refusal):
    """An element that every notice must carry has no words."""

    sentence = N_("公文缺少“{element}”")
    remedy = N_("请补上该要素后再生成")
    citation = N_("GB/T 9704-2012 第7章")


class UnevenTable(Refusal):
    """A table row has more or fewer cells than the header."""

    sentence = N_("表格“{caption}”第 {row} 行有 {found} 格，应为 {expected} 格")
    remedy = N_("请使每一行与表头的列数一致")
    citation = N_("GB/T 9704-2012 第8章")


class ChineseFontMissing(Refusal):
    """No font on this machine can set Chinese."""

    sentence = N_("找不到中文字体，无法排版PDF（已查找：{searched}）")
    remedy = N_(
        "请执行 make fonts 取得Fandol字体，或安装系统软件包 fonts-noto-cjk，"
        "或把字体文件放入 YICHUANG_FONTS_DIR 所指目录"
    )


class FontsNotFetched(Refusal):
    """The fonts could not be brought from the Debian package."""

    sentence = N_("未能取得排版字体：{reason}")
    remedy = N_(
        "需要 Debian 或 Ubuntu 的 apt-get 与 dpkg；软件包清单过期时请先以管理员执行 apt-get update。"
        "没有这些工具时，可安装 fonts-noto-cjk 或把字体文件放入 {folder}，系统会自动改用"
    )


class FontChanged(Refusal):
    """A fetched font is not the file that was checked when this program was written."""

    sentence = N_("字体文件 {name} 的校验值不符：应为 {expected}，实为 {found}")
    remedy = N_("未写入任何文件。请核对软件源；如确认软件包已更新，请报告给维护者")


class TypesettingFailed(Refusal):
    """The typesetter refused or warned; a page that differs from what was meant is not handed out."""

    sentence = N_("PDF排版未通过：{reason}")
    remedy = N_("如与字体有关，请执行 make fonts 后重试；否则请改用DOCX，并把上述说明报告给维护者")
