"""Refusals at the border: what can be wrong with a file, with its mapping, or with one record of it.

A refusal of a file or a mapping is raised and stops everything before the first row is filed. A refusal
of a record is only collected: the record waits in quarantine, the others go on.
"""

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

# --- of a whole file --------------------------------------------------------------------------------------------------


class FileMissing(Refusal):
    """No such file, or it may not be read."""

    sentence = N_("不能打开文件{file}：{reason}")
    remedy = N_("请核对路径和权限")


class FileEmpty(Refusal):
    """Nothing in it."""

    sentence = N_("文件{file}是空的")
    remedy = N_("请向来源系统确认导出是否完成，重新取得文件")


class FileBroken(Refusal):
    """Half-written, cut off or damaged; nothing of it is filed."""

    sentence = N_("文件{file}不完整或已损坏（{where}）：{reason}。其中没有任何一行入账")
    remedy = N_("请从来源系统重新取得完整的文件后再导入")


class FileForbidden(Refusal):
    """It carries something that no honest export needs: entities, external references, a bomb."""

    sentence = N_("文件{file}含有不允许的内容（{where}）：{reason}。其中没有任何一行入账")
    remedy = N_("请来源系统导出不含文档类型定义和实体的XML；压缩包请先核对内容")


class WrongEncoding(Refusal):
    """The bytes are no text in any encoding that is read."""

    sentence = N_("文件{file}不是{encoding}编码的文本：第{row}行有无法解码的字节，共{count}处")
    remedy = N_("请用 --encoding 指明编码（utf-8、gb18030、utf-16），或另存为UTF-8后再导入")


class WrongFormat(Refusal):
    """The file is not of the format that the mapping names."""

    sentence = N_("文件{file}不是{format}格式：{reason}")
    remedy = N_("请核对文件和映射是否配套")


class SheetMissing(Refusal):
    """The workbook has no such sheet."""

    sentence = N_("文件{file}中没有工作表“{sheet}”；现有：{existing}")
    remedy = N_("请在映射的xlsx.sheet中改为现有的工作表，最接近的是“{nearest}”")


class HeaderFaulty(Refusal):
    """The head row cannot name columns."""

    sentence = N_("文件{file}第{row}行不能作为表头：{reason}")
    remedy = N_("请核对映射中的header_row，或改正表头")


class ColumnRepeated(Refusal):
    """Two columns bear one name: nobody could tell them apart."""

    sentence = N_("文件{file}第{row}行的表头有两列都叫“{column}”")
    remedy = N_("请来源系统改正表头后再导入")


class ColumnMissing(Refusal):
    """The mapping names a column that the file does not have."""

    sentence = N_("映射{mapping}第{line}行（{key}）要求列“{column}”，文件{file}中没有；现有的列：{existing}")
    remedy = N_("最接近的是“{nearest}”：请改正映射，或请来源系统补上该列")


# --- of a mapping -----------------------------------------------------------------------------------------------------


class NotYaml(Refusal):
    """The text is no YAML."""

    sentence = N_("不是有效的YAML：{reason}")
    remedy = N_("请检查缩进、引号和冒号")


class WrongShape(Refusal):
    """A key has a value of another shape."""

    sentence = N_("值的类型不对：{reason}")
    remedy = N_("请对照映射说明改正")


class UnknownKey(Refusal):
    """A key that no mapping has."""

    sentence = N_("没有“{key}”这一项")
    remedy = N_("可用：{possible}；最接近的是“{nearest}”")


class RepeatedKey(Refusal):
    """The same key twice: YAML would silently keep the last."""

    sentence = N_("“{key}”写了两次")
    remedy = N_("请删去其中一个")


class KeyMissing(Refusal):
    """A key that must stand is absent."""

    sentence = N_("缺少“{key}”")
    remedy = N_("请补上")


class NotAChoice(Refusal):
    """A value that is none of the words allowed here."""

    sentence = N_("“{value}”不在可用值之内")
    remedy = N_("可用：{possible}；最接近的是“{nearest}”")


class BadPattern(Refusal):
    """A regular expression or a time format that cannot work."""

    sentence = N_("“{value}”不能使用：{reason}")
    remedy = N_("请改正")


class Contradiction(Refusal):
    """Two keys that exclude each other, or one that needs another."""

    sentence = N_("这样写不能成立：{reason}")
    remedy = N_("请对照映射说明改正")


# --- of one record ----------------------------------------------------------------------------------------------------


class ValueMissing(Refusal):
    """Nothing stands where something must."""

    sentence = N_("不能为空")
    remedy = N_("请补填，或在映射中给出default")


class CodeUnknown(Refusal):
    """A code that the mapping's code list does not hold."""

    sentence = N_("代码“{value}”不在代码表{codes}中")
    remedy = N_("请更正代码，或在映射的代码表中补上它；已有：{possible}")


class CodeNotListed(Refusal):
    """A code that the source's own dictionary table does not hold."""

    sentence = N_("代码“{value}”不在来源的字典表{table}的列{column}中")
    remedy = N_("请来源在字典表中补上该代码，下一轮自动入账；或更正代码")


class CodeListedTwice(Refusal):
    """A code to which the source's own dictionary table gives more than one meaning."""

    sentence = N_("代码“{value}”在来源的字典表{table}的列{column}中有不同的含义：{meanings}")
    remedy = N_("请在映射的lookup中用when限定字典的类别，或请来源去掉重复的代码")


class ImpossibleTime(Refusal):
    """It looks like a time, and no calendar or clock has it."""

    sentence = N_("“{value}”不是存在的日期或时刻：{reason}")
    remedy = N_("请按原始材料更正")


class UnknownTime(Refusal):
    """None of the mapping's formats fits."""

    sentence = N_("“{value}”不符合映射中的任何时间格式：{formats}")
    remedy = N_("请更正该值，或在映射的times中补上格式")


class NotAValue(Refusal):
    """A number, a yes or no, a day or a limit was expected."""

    sentence = N_("“{value}”不是{expected}")
    remedy = N_("请更正")


class ValueTooLong(Refusal):
    """More text than the ledger keeps."""

    sentence = N_("有{length}个字，最多{limit}个字")
    remedy = N_("请缩短；可能是引号没有配对，把后面的行也吞了进来")


class ControlCharacter(Refusal):
    """Characters that no text has: the file was written by halves or read as the wrong kind."""

    sentence = N_("含有控制字符{character}")
    remedy = N_("请删去该字符；常见原因是来源系统写入时中断")


class Undecodable(Refusal):
    """Bytes that are no text in the file's encoding."""

    sentence = N_("含有无法按{encoding}解码的字节")
    remedy = N_("请更正该值，或请来源系统以UTF-8重新导出")


class RowRagged(Refusal):
    """More or fewer cells than the head row."""

    sentence = N_("此行有{found}格，表头有{expected}格")
    remedy = N_("请检查分隔符和引号；最后一行不足的，常为文件写到一半中断")


class RowRepeated(Refusal):
    """The same record stands in the file already."""

    sentence = N_("编号“{key}”与第{row}行重复，先出现的一条已处理")
    remedy = N_("内容相同的请丢弃本条；内容不同的请向来源系统核实后更正编号")


class CaseColumnDiffers(Refusal):
    """The rows of one case disagree about the case."""

    sentence = N_("同一办件在第{row}行写的是“{other}”，在此行却是“{value}”")
    remedy = N_("请更正其中一行")


class EventUnmapped(Refusal):
    """No rule of the mapping knows the event."""

    sentence = N_("映射中没有规则认得这一事件")
    remedy = N_("请在映射的events中补上规则；确实不需要的写 ignore: true")


class FilingFailed(Refusal):
    """The ledger could not take the record for a reason outside its acts."""

    sentence = N_("入账失败：{reason}")
    remedy = N_("请更正后重新提交")


# --- of the quarantine ------------------------------------------------------------------------------------------------


class RecordUnknown(Refusal):
    """No such record waits."""

    sentence = N_("隔离区中没有第{record}号记录")
    remedy = N_("请用 yichuang quarantine list 查看")


class RecordSettled(Refusal):
    """The record has been filed or dropped already."""

    sentence = N_("第{record}号记录已是“{state}”，不能再{act}")
    remedy = N_("请用 yichuang quarantine list 查看待处理的记录")


class FieldUnknown(Refusal):
    """A correction names a field that the record does not have."""

    sentence = N_("第{record}号记录没有“{field}”这一项；现有：{existing}")
    remedy = N_("更正写成 列名=值；某一事件的列写成 #序号.列名=值。最接近的是“{nearest}”")


class ReasonNeeded(Refusal):
    """A record is dropped without a reason."""

    sentence = N_("丢弃隔离记录必须写明理由")
    remedy = N_("请用 --reason 写明")


# --- of a connection --------------------------------------------------------------------------------------------------


class PassRunning(Refusal):
    """Another process reads this source at the moment."""

    sentence = N_("来源{source}正由另一进程读取")
    remedy = N_("请等它读完；用 yichuang connect status 查看进度")


class PassBroken(Refusal):
    """A pass ended with a fault that nobody foresaw; it is counted against the connection and tried again."""

    sentence = N_("读取中途出错（{kind}），没有读完")
    remedy = N_("已读到的不会丢失，稍后自动再读；如一再出现，请把日志中这一时刻的记录交给系统维护人员")


class DatabaseSilent(Refusal):
    """Our own database did not answer during a pass."""

    sentence = N_("本系统的数据库没有应答，没有读完")
    remedy = N_("已读到的不会丢失，稍后自动再读；如一再出现，请查看数据库和磁盘空间")


class SourceUnknown(Refusal):
    """Nothing has ever been read from a source of this name."""

    sentence = N_("没有名为“{source}”的对接来源；现有：{existing}")
    remedy = N_("请用 yichuang connect status 查看")


class OperationUnknown(Refusal):
    """A row bears an operation flag that the mapping does not know."""

    sentence = N_("操作标志“{value}”不在映射的operations中")
    remedy = N_("请在映射的operations中写明它是insert、update还是delete；已有：{possible}")


class FolderNeeded(Refusal):
    """A mapping of whole files is to be run, and names no folder in which they come."""

    sentence = N_("映射{source}没有写明文件所在的文件夹")
    remedy = N_("请写 connection.folder；单个文件请用 yichuang import")
