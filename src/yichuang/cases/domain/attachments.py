"""Attachments: the files beside an application, as values, and why one is not taken.

Every refusal is read by an applicant on a phone: it says what is wrong with which file, and what to do next.
"""

from dataclasses import dataclass
from datetime import datetime

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentRow:
    """One stored file. `file_name` is what people see; `digest` is SM3 in hex; `taken` once the ledger names it.

    `vouched_by` is the node from which it came where nothing but that node's signature stands for it, else "".
    Ask `owner` (of the draft or of the case's form) and `number` before handing it to anybody.
    """

    key: str
    draft: str
    number: str
    owner: str
    material: str
    file_name: str
    media_type: str
    size: int
    digest: str
    pages: int
    created_at: datetime
    by: str
    taken: bool
    previewable: bool
    vouched_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file on its way: `offset` bytes of `size` have arrived; the next chunk begins there."""

    key: str
    offset: int
    size: int
    material: str = ""
    file_name: str = ""
    chunk_bytes: int = 0
    attachment: str = ""


class UploadRefused(Refusal):
    """Base of all refusals of files."""

    sentence = N_("文件“{file_name}”不能上传")


class FileEmpty(UploadRefused):
    """0 bytes."""

    sentence = N_("文件“{file_name}”是空的（0字节）")
    remedy = N_("请打开原文件确认有内容后重新选择；刚从相册或网盘选取的，请等它下载完成")


class FileTooLarge(UploadRefused):
    """Larger than one file may be, by announcement or by count."""

    sentence = N_("文件“{file_name}”超过单个附件的上限{limit}")
    remedy = N_("请降低扫描分辨率（200 dpi 即可），或拆成几个文件分别上传")


class RequestTooLarge(Refusal):
    """More sent with one page than a page may send; nothing of it was read."""

    sentence = N_("一次提交的内容有{length}，超过上限{limit}，没有接收")
    remedy = N_("请返回上一页，减少一次上传的文件，或降低扫描分辨率；之前保存的内容没有丢失")


class TooManyFiles(UploadRefused):
    """More files than an application may have."""

    sentence = N_("这份申请已有{count}个附件，最多{limit}个")
    remedy = N_("请删除不需要的附件，或把同一材料的多页合成一个PDF文件")


class FilesTooLargeTogether(UploadRefused):
    """All files together are larger than an application may be."""

    sentence = N_("这份申请的附件合计将超过上限{limit}，放不下“{file_name}”")
    remedy = N_("请删除不需要的附件，或降低扫描分辨率后重新上传")


class TypeNotAccepted(UploadRefused):
    """The content is of a kind that is not taken; `kind` says in words what it is."""

    sentence = N_("文件“{file_name}”的内容是{kind}，不能作为申请材料")
    remedy = N_("请改用图片（JPG、PNG、WebP）、PDF、OFD、Word（docx）或Excel（xlsx）文件；{advice}")


class TypeMismatch(UploadRefused):
    """The name's ending says one thing, the content another."""

    sentence = N_("文件“{file_name}”的扩展名与内容不符：内容是{kind}")
    remedy = N_("请用原来的程序重新保存为正确的格式，不要直接改扩展名")


class NameMisleading(UploadRefused):
    """A name like invoice.exe.pdf, or one with marks that reverse the order of letters."""

    sentence = N_("文件名“{file_name}”容易使人误认文件类型：{reason}")
    remedy = N_("请改名后重新上传，例如“身份证.pdf”")


class FileBroken(UploadRefused):
    """The structure of the file does not hold."""

    sentence = N_("文件“{file_name}”不完整或已损坏：{reason}")
    remedy = N_("请打开原文件确认能正常显示，重新保存或重新拍照后再上传")


class FileTwoFaced(UploadRefused):
    """A file that is two kinds at once: a picture or paper with something else hidden in it or behind it."""

    sentence = N_("文件“{file_name}”中夹带了其他内容：{reason}")
    remedy = N_("请只上传材料本身：图片请重新拍照或截图，文档请“打印为PDF”后上传")


class FileActive(UploadRefused):
    """A document that does something when it is opened: scripts, macros, launched programs, embedded files."""

    sentence = N_("文件“{file_name}”含有{what}，打开时可能自动运行，不能接收")
    remedy = N_("请用“打印为PDF”的方式重新生成不含{what}的文件")


class FileEncrypted(UploadRefused):
    """A document that asks for a password or restricts printing."""

    sentence = N_("文件“{file_name}”设置了密码或权限限制，窗口无法查看")
    remedy = N_("请取消密码和权限限制后重新保存，或“打印为PDF”后上传")


class FileExpands(UploadRefused):
    """A bomb: small as a file, huge when unpacked."""

    sentence = N_("文件“{file_name}”展开后过大：{reason}")
    remedy = N_("请另存为普通大小的文件，或“打印为PDF”后上传")


class PictureTooLarge(UploadRefused):
    """More pixels than can be shown."""

    sentence = N_("图片“{file_name}”有{pixels}万像素，最多{limit}万像素")
    remedy = N_("请在手机的相机设置中改用标准分辨率重拍，或缩小图片后上传")


class UploadUnknown(Refusal):
    """No such upload in progress: finished long ago, cleaned up, or never begun."""

    sentence = N_("没有找到这次上传，它可能已经过期")
    remedy = N_("请重新选择文件上传")


class WrongOffset(Refusal):
    """The chunk does not begin where the bytes received end."""

    sentence = N_("上传的位置不对：收到的内容到第{offset}字节为止，这一段从第{given}字节开始")
    remedy = N_("请从第{offset}字节继续上传")

    @property
    def offset(self) -> int:
        """Return where the next chunk must begin."""
        value = self.details["offset"]
        assert isinstance(value, int)
        return value


class ChunkDiffers(WrongOffset):
    """A chunk sent again with other bytes: the file changed meanwhile."""

    sentence = N_("重复上传的一段与先前收到的不同，文件可能在上传途中被修改")
    remedy = N_("请删除未传完的文件后重新选择并上传")


class ChunkUnfit(Refusal):
    """A chunk larger or smaller than a chunk may be, or beyond the announced size."""

    sentence = N_("这一段有{length}字节，每段应在{least}至{most}字节之间，且不超出文件总长")
    remedy = N_("请刷新页面后继续上传，已传的部分不会丢失")


class UploadUnfinished(WrongOffset):
    """Finishing before all bytes have arrived."""

    sentence = N_("文件还没有传完：已收到{offset}字节，共{size}字节")
    remedy = N_("请从第{offset}字节继续上传")


class AttachmentUnknown(Refusal):
    """No such attachment, or not within the reader's reach."""

    sentence = N_("没有找到这个附件")
    remedy = N_("请刷新页面，核对附件列表")


class AttachmentKept(Refusal):
    """An attachment that stands in the ledger is part of the case's file."""

    sentence = N_("附件“{file_name}”已随申请提交，成为案卷的一部分，不能删除")
    remedy = N_("需要更换的，请在补正时上传新的文件")


class PreviewUnavailable(Refusal):
    """This kind of file has no picture of its first page."""

    sentence = N_("文件“{file_name}”没有预览")
    remedy = N_("请下载后查看")
