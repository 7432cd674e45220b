"""Refusals of drafting."""

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


class FileTaken(Refusal):
    """There is a mapping already, perhaps one that somebody has finished by hand."""

    sentence = N_("文件{file}已存在，没有覆盖")
    remedy = N_("换一个文件名，或用 --force 覆盖")
