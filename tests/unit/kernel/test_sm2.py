"""SM2: the standard's own example, a round through PEM, and nothing but the right key and bytes."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yichuang.kernel import sm2
from yichuang.kernel.sm2 import KeyUnreadable, PrivateKey, PublicKey

KEY = PrivateKey.generate()
OTHER = PrivateKey.generate()

# GB/T 32918.5-2017, appendix A.2.
POINT = (
    "04"
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
R = "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
S = "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"


def test_the_signature_printed_in_the_standard_is_accepted_and_no_other() -> None:
    key = PublicKey.from_text(POINT)
    signature = bytes.fromhex(f"3046022100{R}022100{S}")
    assert key.verify(b"message digest", signature)
    assert not key.verify(b"message Digest", signature)
    assert not key.verify(b"message digest", bytes.fromhex(f"3046022100{S}022100{R}"))


def test_the_self_test_passes_on_this_machine() -> None:
    sm2.check_signatures()


def test_keys_survive_pem_and_hexadecimal_digits() -> None:
    again = PrivateKey.from_pem(KEY.to_pem())
    signature = again.sign(b"x")
    for public in (PublicKey.from_text(KEY.public.to_pem()), PublicKey.from_text(KEY.public.to_hex())):
        assert public.verify(b"x", signature)
        assert public.key_id == KEY.public.key_id
    assert len(bytes.fromhex(KEY.public.to_hex())) == sm2.POINT_BYTES


@given(st.binary(max_size=300))
@settings(max_examples=25, deadline=None)
def test_a_signature_is_of_one_key_over_one_message(message: bytes) -> None:
    signature = KEY.sign(message)
    assert KEY.public.verify(message, signature)
    assert not KEY.public.verify(message + b"\0", signature)
    assert not OTHER.public.verify(message, signature)


@given(st.binary(max_size=80))
@settings(max_examples=25, deadline=None)
def test_bytes_that_are_no_signature_are_not_one(signature: bytes) -> None:
    assert not KEY.public.verify(b"x", signature)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "04",
        "zz",
        "04" + "00" * 64,
        "02" + POINT[2:66],
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        # A key on another curve (P-256) is none of ours.
        "-----BEGIN PUBLIC KEY-----\n"
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt\n"
        "6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==\n"
        "-----END PUBLIC KEY-----\n",
    ],
)
def test_what_is_no_key_is_refused_in_words(text: str) -> None:
    with pytest.raises(KeyUnreadable) as refused:
        PublicKey.from_text(text)
    assert "SM2" in str(refused.value)


def test_an_encrypted_or_broken_private_key_is_refused_without_asking_anybody() -> None:
    for pem in ("", KEY.to_pem()[:80], KEY.public.to_pem()):
        with pytest.raises(KeyUnreadable):
            PrivateKey.from_pem(pem)


def test_many_threads_sign_with_one_key() -> None:
    def work(number: int) -> bool:
        message = str(number).encode()
        return KEY.public.verify(message, KEY.sign(message))

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(work, range(64)))
