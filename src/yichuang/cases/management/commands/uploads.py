"""`yichuang uploads --clean`: expired drafts, unfinished uploads and files without a row."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.cases.commands import clean_uploads


class Command(BaseCommand):
    """Throw away what nobody needs any more; once a day."""

    help = _("每日任务：清理过期草稿、未传完的附件和没有登记的文件")

    def add_arguments(self, parser: CommandParser) -> None:
        """Cleaning is asked for by name, so that a mistyped command deletes nothing."""
        parser.add_argument("--clean", action="store_true", help=_("删除过期和无主的内容"))

    def handle(self, *, clean: bool, **_other: Any) -> None:
        """Print how much went."""
        if not clean:
            raise CommandError(_("请加上 --clean"))
        gone = clean_uploads(at=timezone.now())
        self.stdout.write(
            _("已清理草稿 {drafts} 份、未传完的附件 {uploads} 个、无主文件 {files} 个").format(
                drafts=gone.drafts, uploads=gone.uploads, files=gone.files
            )
        )
