"""Securing: the certificates that an address names, and in words what is wrong with them or with the other side's.

An address may end in `?ca=FILE` (who signed the other side's certificate, instead of the authorities that this machine
trusts), `&certificate=FILE` and `&key=FILE` (this node's own; without `key` the certificate's file holds it).
"""

import ssl
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

# What OpenSSL calls them (X509_V_ERR_…).
_NOT_YET, _OVER, _NOT_ITS_NAME, _NOT_ITS_ADDRESS = 9, 10, 62, 64
_STRANGER = {2, 18, 19, 20, 21}
_WORDS = {
    _NOT_YET: N_("证书还没有生效（或本机时钟慢了）"),
    _OVER: N_("证书已过有效期（或本机时钟快了）"),
    _NOT_ITS_NAME: N_("证书上没有这个主机名"),
    _NOT_ITS_ADDRESS: N_("证书上没有这个IP地址"),
} | dict.fromkeys(_STRANGER, N_("证书不是由所信任的机构签发的"))


class CertificateUnreadable(Refusal):
    """A file that an address names for its certificates is missing or holds none."""

    sentence = N_("地址中{option}=所指的文件“{file}”不能使用：{reason}")
    remedy = N_("请核对路径和权限；文件应为PEM格式，证书和私钥应成对，私钥不设口令")


class NotTrusted(Refusal):
    """The line to a peer cannot be secured: its certificate, or ours, does not convince."""

    sentence = N_("与节点“{peer}”的加密连接没有建立：{reason}")
    remedy = N_("请核对地址中ca=、certificate=、key=所指的文件，以及对方证书上的主机名和有效期；待发信封保存在本节点")


class Certificates(NamedTuple):
    """The files that an address names; "" where it names none."""

    ca: str = ""
    certificate: str = ""
    key: str = ""


def read_certificates(options: Mapping[str, Sequence[str]]) -> Certificates:
    """Return the files out of the options of an address."""
    return Certificates(*(options.get(name, [""])[0] for name in Certificates._fields))


def context_of(files: Certificates) -> ssl.SSLContext:
    """Return what a line is secured with; refuses with CertificateUnreadable before anything is connected."""
    context = ssl.create_default_context()
    if files.ca:
        # That authority alone: who names one wants no other.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        _try("ca", files.ca, lambda: context.load_verify_locations(files.ca))
    if files.certificate:

        def no_password() -> str:
            raise ValueError(N_("私钥设有口令"))

        load = context.load_cert_chain
        _try("certificate", files.certificate, lambda: load(files.certificate, files.key or None, no_password))
    return context


def _try(option: str, file: str, load: Callable[[], object]) -> None:
    try:
        load()
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "reason", None) or getattr(fault, "strerror", None) or str(fault)
        raise CertificateUnreadable(option=option, file=file, reason=reason) from fault


def find_distrust(fault: BaseException) -> str:
    """Return in words why a line could not be secured, "" where a fault is about something else."""
    inner: BaseException | None = fault
    while inner is not None:
        if isinstance(inner, ssl.SSLCertVerificationError):
            return _WORDS.get(inner.verify_code, inner.verify_message)
        if isinstance(inner, ssl.SSLError) and inner.reason:
            return inner.reason
        inner = inner.__cause__ or inner.__context__
    return ""
