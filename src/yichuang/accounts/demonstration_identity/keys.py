"""The key with which the demonstration's provider signs.

It follows from the installation's secret key: every worker has the same one, and nothing is stored. Good for
invented persons only; a real provider keeps its key in hardware.
"""

import hashlib
import hmac
from functools import lru_cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from jwt.algorithms import ECAlgorithm

ALGORITHM = "ES256"
# The order of the group of NIST P-256 (FIPS 186-5): private keys are whole numbers from 1 to it, exclusive.
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@lru_cache(maxsize=4)
def _private_key(secret: str) -> ec.EllipticCurvePrivateKey:
    digest = hmac.new(secret.encode(), b"yichuang.demonstration-identity.signing-key", hashlib.sha512).digest()
    return ec.derive_private_key(int.from_bytes(digest, "big") % (_ORDER - 1) + 1, ec.SECP256R1())


def public_key() -> dict[str, Any]:
    """Return the public key as a JSON Web Key (RFC 7517), named after its own fingerprint (RFC 7638)."""
    found: dict[str, Any] = ECAlgorithm.to_jwk(_private_key(settings.SECRET_KEY).public_key(), as_dict=True)
    named = "".join(f'"{part}":"{found[part]}",' for part in ("crv", "kty", "x", "y")).rstrip(",")
    print_of = hashlib.sha256(f"{{{named}}}".encode()).hexdigest()[:16]
    return {**found, "use": "sig", "alg": ALGORITHM, "kid": print_of}


def sign(content: dict[str, Any]) -> str:
    """Return a signed token (RFC 7519)."""
    headers = {"kid": public_key()["kid"]}
    return jwt.encode(content, _private_key(settings.SECRET_KEY), algorithm=ALGORITHM, headers=headers)
