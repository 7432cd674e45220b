"""Refusals of a source: why it could not be opened or read, and what its keeper can do. No password stands in any."""

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


class SourceRefusal(Refusal):
    """Base of all: the source gave nothing, what was read before stands."""

    sentence = N_("不能读取来源{source}")


class AddressFaulty(SourceRefusal):
    """The address is none that can be opened."""

    sentence = N_("来源地址“{source}”不能使用：{reason}")
    remedy = N_("写法如 mysql+pymysql://用户:口令@主机/库，口令可用环境变量代替；也可以是网址、文件夹或SQLite文件")


class VariableMissing(SourceRefusal):
    """The mapping takes a value from the environment that is not set."""

    sentence = N_("映射要从环境变量{name}取值，但没有设置该变量")
    remedy = N_("请在运行环境中设置{name}后重新运行；口令不要写进映射文件")


class DriverMissing(SourceRefusal):
    """There is no driver for this kind of database."""

    sentence = N_("没有用于“{backend}”的数据库驱动：{reason}")
    remedy = N_("可用：postgresql+psycopg、mysql+pymysql、mariadb+pymysql、mssql+pymssql、oracle+oracledb、sqlite")


class SourceUnreachable(SourceRefusal):
    """Nobody answers there, or not in time."""

    sentence = N_("连不上来源{source}：{reason}")
    remedy = N_("请核对地址、端口和网络，确认对方服务已启动；下一轮会自动重试，已收到的数据不受影响")


class AddressMissing(SourceUnreachable):
    """A service answers there, and has nothing under this address."""

    sentence = N_("来源{source}没有这个地址：{reason}")
    remedy = N_("请核对映射中connection.url和该表的path")


class SourceRefused(SourceRefusal):
    """It answers and says no: wrong credentials, or no right to read."""

    sentence = N_("来源{source}拒绝了我们：{reason}")
    remedy = N_("请核对用户名、口令或令牌，并请对方授予只读权限")


class SourceFailed(SourceRefusal):
    """It answers and cannot do what we ask: something there is not as its catalogue says."""

    sentence = N_("来源{source}不能完成读取：{reason}")
    remedy = N_("请对方核对该表或视图能否查询；下一轮会自动重试")


class SourceBusy(SourceRefusal):
    """It answers and cannot serve now."""

    sentence = N_("来源{source}暂时不能服务：{reason}")
    remedy = N_("下一轮会自动重试；持续如此时请联系对方管理员")


class TableMissing(SourceRefusal):
    """There is no such table."""

    sentence = N_("来源{source}中没有表“{table}”；现有：{existing}")
    remedy = N_("最接近的是“{nearest}”：请改正映射的tables，或请对方授予该表的只读权限")


class TableColumnMissing(SourceRefusal):
    """There is no such column in the table."""

    sentence = N_("来源{source}的表{table}中没有列“{column}”；现有：{existing}")
    remedy = N_("最接近的是“{nearest}”：请改正映射，或请对方补上该列")


class DictionaryTooLarge(SourceRefusal):
    """A table that the mapping takes for a dictionary has more rows than any dictionary."""

    sentence = N_("来源{source}的字典表{table}超过{limit}行，不像字典")
    remedy = N_("请在映射的lookup中用when限定字典的类别，或核对table")


class FolderMissing(SourceRefusal):
    """The drop folder is not there, or may not be read."""

    sentence = N_("不能打开文件夹{source}：{reason}")
    remedy = N_("请核对路径和权限")


class ReplyBroken(SourceRefusal):
    """What came is not what was asked for: cut off, no JSON, or without the records where the mapping has them."""

    sentence = N_("来源{source}的答复不能使用：{reason}")
    remedy = N_("没有写入任何数据；下一轮会从原处重新读取。持续如此时请核对映射的records和paging，或联系对方")


class RecordsMissing(ReplyBroken):
    """The reply is whole, and the records are not where the mapping looks for them."""

    sentence = N_("来源{source}的答复中，records所指的“{path}”不是列表")


class ReplyTooLarge(SourceRefusal):
    """More came than the mapping allows."""

    sentence = N_("来源{source}的一次答复超过{limit}MiB")
    remedy = N_("请减小映射中http.paging.size，或调大http.largest_mb")
