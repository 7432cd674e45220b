"""SM2 signatures (GB/T 32918.2-2016): a small port to the OpenSSL 3 of this machine, for envelopes and seals.

There is no second implementation to fall back on: pure Python takes thirty times as long and would have to be
trusted as well. A machine whose OpenSSL cannot do SM2 is told so (SignatureUnavailable). Signatures are DER of (r, s),
the digest is SM3, and the signer's identity is the standard's default, 1234567812345678, on both sides.
"""

import ctypes
import ctypes.util
from functools import cache
from typing import Any

from yichuang.kernel.crypto import sm3
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

# GM/T 0009-2012, 10: the identity where none was agreed. It enters every signature, so it is said here.
IDENTITY = b"1234567812345678"
_OPENSSL_3 = 0x30000000
_LIBRARIES = ("libcrypto.so.3", "libcrypto.3.dylib", "libcrypto-3-x64.dll", "libcrypto.so")

# SubjectPublicKeyInfo of an uncompressed point on the SM2 curve (1.2.156.10197.1.301) up to the point itself.
_PUBLIC_HEAD = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
POINT_BYTES = 65
_UNCOMPRESSED = 0x04

# GB/T 32918.5-2017, appendix A.2: message, public point, (r, s) as DER.
_KNOWN_MESSAGE = b"message digest"
_KNOWN_POINT = (
    "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
)
_KNOWN_SIGNATURE = (
    "3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
    "022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
)


class SignatureUnavailable(Refusal):
    """This machine's OpenSSL does not do SM2 as the standard says."""

    sentence = N_("本机的 OpenSSL 不能使用 SM2 签名：{reason}")
    remedy = N_("请安装 OpenSSL 3（Debian 的 libssl3 软件包）")
    citation = "GB/T 32918.2-2016"


class KeyUnreadable(Refusal):
    """What should be an SM2 key is none."""

    sentence = N_("这不是可用的 SM2 密钥：{reason}")
    remedy = N_("公钥应为 PEM 或以 04 开头的 130 位十六进制；私钥应为 PEM")
    citation = "GB/T 32918.5-2017"


@cache
def _library() -> Any:
    """Return libcrypto with every function's types stated; raises SignatureUnavailable."""
    loaded: Any = None
    for name in (*_LIBRARIES, ctypes.util.find_library("crypto")):
        if not name:
            continue
        try:
            loaded = ctypes.CDLL(name)
            break
        except OSError:
            continue
    if loaded is None:
        raise SignatureUnavailable(reason=N_("没有找到 libcrypto"))
    pointer, text, size, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int
    try:
        loaded.OpenSSL_version_num.restype = ctypes.c_ulong
        if loaded.OpenSSL_version_num() < _OPENSSL_3:
            raise SignatureUnavailable(reason=N_("版本低于 3.0"))
        for function, result, arguments in (
            ("EVP_PKEY_Q_keygen", pointer, (pointer, text, text)),
            ("EVP_PKEY_free", None, (pointer,)),
            ("EVP_PKEY_is_a", number, (pointer, text)),
            ("EVP_PKEY_CTX_new", pointer, (pointer, pointer)),
            ("EVP_PKEY_CTX_free", None, (pointer,)),
            ("EVP_PKEY_CTX_set1_id", number, (pointer, text, size)),
            ("EVP_MD_CTX_new", pointer, ()),
            ("EVP_MD_CTX_free", None, (pointer,)),
            ("EVP_MD_CTX_set_pkey_ctx", None, (pointer, pointer)),
            ("EVP_sm3", pointer, ()),
            ("EVP_DigestSignInit", number, (pointer, pointer, pointer, pointer, pointer)),
            ("EVP_DigestSign", number, (pointer, text, ctypes.POINTER(size), text, size)),
            ("EVP_DigestVerifyInit", number, (pointer, pointer, pointer, pointer, pointer)),
            ("EVP_DigestVerify", number, (pointer, text, size, text, size)),
            ("BIO_new", pointer, (pointer,)),
            ("BIO_s_mem", pointer, ()),
            ("BIO_new_mem_buf", pointer, (text, number)),
            ("BIO_read", number, (pointer, text, number)),
            ("BIO_free", number, (pointer,)),
            ("PEM_read_bio_PrivateKey", pointer, (pointer, pointer, pointer, pointer)),
            ("PEM_read_bio_PUBKEY", pointer, (pointer, pointer, pointer, pointer)),
            ("PEM_write_bio_PUBKEY", number, (pointer, pointer)),
            (
                "PEM_write_bio_PKCS8PrivateKey",
                number,
                (pointer, pointer, pointer, text, number, pointer, pointer),
            ),
            ("d2i_PUBKEY", pointer, (pointer, ctypes.POINTER(ctypes.c_char_p), ctypes.c_long)),
            ("i2d_PUBKEY", number, (pointer, ctypes.POINTER(ctypes.c_char_p))),
            ("ERR_get_error", ctypes.c_ulong, ()),
            ("ERR_reason_error_string", text, (ctypes.c_ulong,)),
            ("ERR_clear_error", None, ()),
        ):
            one = getattr(loaded, function)
            one.restype, one.argtypes = result, arguments
    except AttributeError as error:
        raise SignatureUnavailable(reason=str(error)) from error
    return loaded


def _reason() -> str:
    """Return what OpenSSL last complained of, and forget the rest of its complaints."""
    library = _library()
    words = library.ERR_reason_error_string(library.ERR_get_error())
    library.ERR_clear_error()
    return words.decode() if words else "?"


class _Key:
    """One EVP_PKEY, freed with its owner. OpenSSL's keys may be read by many threads at once."""

    def __init__(self, handle: int) -> None:
        self._handle: int | None = handle
        # Held here: at the end of the process the module may be gone before its last key.
        self._free = _library().EVP_PKEY_free
        if not _library().EVP_PKEY_is_a(handle, b"SM2"):
            raise KeyUnreadable(reason=N_("不是 SM2 曲线上的密钥"))

    def __del__(self) -> None:
        handle, self._handle = self._handle, None
        if handle:
            self._free(handle)

    def _started(self, initialise: str) -> tuple[Any, Any]:
        """Return a digest context with the identity set, and the key context that it borrows."""
        library = _library()
        digest, key = library.EVP_MD_CTX_new(), library.EVP_PKEY_CTX_new(self._handle, None)
        if not digest or not key or library.EVP_PKEY_CTX_set1_id(key, IDENTITY, len(IDENTITY)) != 1:
            _release(digest, key)
            raise SignatureUnavailable(reason=_reason())
        library.EVP_MD_CTX_set_pkey_ctx(digest, key)
        if getattr(library, initialise)(digest, None, library.EVP_sm3(), None, self._handle) != 1:
            _release(digest, key)
            raise SignatureUnavailable(reason=_reason())
        return digest, key


def _release(digest: Any, key: Any) -> None:
    library = _library()
    if digest:
        library.EVP_MD_CTX_free(digest)
    if key:
        library.EVP_PKEY_CTX_free(key)


def _written(write: Any) -> str:
    """Return the text that a writing function of OpenSSL puts into a memory."""
    library = _library()
    memory = library.BIO_new(library.BIO_s_mem())
    try:
        if write(memory) != 1:
            raise KeyUnreadable(reason=_reason())
        buffer = ctypes.create_string_buffer(8192)
        length = library.BIO_read(memory, buffer, len(buffer))
        return buffer.raw[: max(0, length)].decode("ascii")
    finally:
        library.BIO_free(memory)


def _read(function: str, pem: str) -> int:
    library = _library()
    data = pem.encode("utf-8", "replace")
    memory = library.BIO_new_mem_buf(data, len(data))
    try:
        # An empty passphrase, or OpenSSL would ask the terminal for one.
        handle = getattr(library, function)(memory, None, None, ctypes.cast(ctypes.c_char_p(b""), ctypes.c_void_p))
    finally:
        library.BIO_free(memory)
    if not handle:
        raise KeyUnreadable(reason=_reason())
    return int(handle)


class PublicKey(_Key):
    """The half of a key that everybody may know: it checks signatures."""

    @classmethod
    def from_text(cls, text: str) -> "PublicKey":
        """Return the key of a PEM text or of a point in hexadecimal digits (04, x, y); raises KeyUnreadable."""
        if "BEGIN" in text:
            return cls(_read("PEM_read_bio_PUBKEY", text))
        try:
            return cls.from_point(bytes.fromhex("".join(text.split())))
        except ValueError as error:
            raise KeyUnreadable(reason=str(error)) from error

    @classmethod
    def from_point(cls, point: bytes) -> "PublicKey":
        """Return the key of an uncompressed point of 65 bytes; one that is not on the curve raises KeyUnreadable."""
        if len(point) != POINT_BYTES or point[0] != _UNCOMPRESSED:
            raise KeyUnreadable(reason=N_("公钥应为以 04 开头的 65 字节"))
        encoded = _PUBLIC_HEAD + point
        handle = _library().d2i_PUBKEY(None, ctypes.byref(ctypes.c_char_p(encoded)), len(encoded))
        if not handle:
            raise KeyUnreadable(reason=_reason())
        return cls(int(handle))

    @property
    def point(self) -> bytes:
        """Return the uncompressed point: 04, x, y."""
        library = _library()
        length = library.i2d_PUBKEY(self._handle, None)
        buffer = ctypes.create_string_buffer(length)
        library.i2d_PUBKEY(self._handle, ctypes.byref(ctypes.cast(buffer, ctypes.c_char_p)))
        return buffer.raw[-POINT_BYTES:]

    @property
    def key_id(self) -> str:
        """Return the key's name: the first 16 hexadecimal digits of the SM3 of its point."""
        return sm3(self.point).hex()[:16]

    def to_hex(self) -> str:
        """Return the point in hexadecimal digits."""
        return self.point.hex()

    def to_pem(self) -> str:
        """Return the key as PEM (SubjectPublicKeyInfo)."""
        return _written(lambda memory: _library().PEM_write_bio_PUBKEY(memory, self._handle))

    def verify(self, data: bytes, signature: bytes) -> bool:
        """Return whether the signature is this key's over exactly these bytes."""
        library = _library()
        digest, key = self._started("EVP_DigestVerifyInit")
        try:
            right: bool = library.EVP_DigestVerify(digest, signature, len(signature), data, len(data)) == 1
            if not right:
                library.ERR_clear_error()
            return right
        finally:
            _release(digest, key)


class PrivateKey(_Key):
    """The half that its owner keeps: it signs."""

    @classmethod
    def generate(cls) -> "PrivateKey":
        """Return a new key from the system's own randomness."""
        handle = _library().EVP_PKEY_Q_keygen(None, None, b"SM2")
        if not handle:
            raise SignatureUnavailable(reason=_reason())
        return cls(int(handle))

    @classmethod
    def from_pem(cls, pem: str) -> "PrivateKey":
        """Return the key of a PEM text (PKCS 8 or SEC 1, not encrypted); raises KeyUnreadable."""
        return cls(_read("PEM_read_bio_PrivateKey", pem))

    def to_pem(self) -> str:
        """Return the key as PEM (PKCS 8, not encrypted): the caller guards the file."""
        library = _library()
        return _written(
            lambda memory: library.PEM_write_bio_PKCS8PrivateKey(memory, self._handle, None, None, 0, None, None)
        )

    @property
    def public(self) -> PublicKey:
        """Return the public half."""
        pem = _written(lambda memory: _library().PEM_write_bio_PUBKEY(memory, self._handle))
        return PublicKey.from_text(pem)

    def sign(self, data: bytes) -> bytes:
        """Return the signature over the bytes: DER of (r, s), at most 72 bytes, another one each time."""
        library = _library()
        digest, key = self._started("EVP_DigestSignInit")
        try:
            length = ctypes.c_size_t()
            if library.EVP_DigestSign(digest, None, ctypes.byref(length), data, len(data)) != 1:
                raise SignatureUnavailable(reason=_reason())
            buffer = ctypes.create_string_buffer(length.value)
            if library.EVP_DigestSign(digest, buffer, ctypes.byref(length), data, len(data)) != 1:
                raise SignatureUnavailable(reason=_reason())
            return buffer.raw[: length.value]
        finally:
            _release(digest, key)


@cache
def check_signatures() -> None:
    """Compare with the standard's own example, and sign and verify once; raises SignatureUnavailable."""
    known, signature = PublicKey.from_text(_KNOWN_POINT), bytes.fromhex(_KNOWN_SIGNATURE)
    if not known.verify(_KNOWN_MESSAGE, signature) or known.verify(_KNOWN_MESSAGE + b"!", signature):
        raise SignatureUnavailable(reason=N_("标准的示例没有通过"))
    own = PrivateKey.generate()
    made = own.sign(_KNOWN_MESSAGE)
    if not own.public.verify(_KNOWN_MESSAGE, made) or known.verify(_KNOWN_MESSAGE, made):
        raise SignatureUnavailable(reason=N_("自检签名没有通过"))
