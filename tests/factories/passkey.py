"""A passkey in software: answers WebAuthn challenges as a browser with an authenticator would."""

import hashlib
import json
import os
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

_PRESENT_AND_VERIFIED = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


class SoftPasskey:
    """One key pair of one site."""

    def __init__(self, origin: str, site: str) -> None:
        self.origin = origin
        self.site = hashlib.sha256(site.encode()).digest()
        self.id = os.urandom(16)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.uses = 0

    def _said(self, kind: str, challenge: str) -> CollectedClientData:
        return CollectedClientData.create(type=kind, challenge=websafe_decode(challenge), origin=self.origin)

    def _whole(self, response: dict[str, str]) -> str:
        return json.dumps(
            {
                "id": websafe_encode(self.id),
                "rawId": websafe_encode(self.id),
                "type": "public-key",
                "clientExtensionResults": {},
                "authenticatorAttachment": "platform",
                "response": response,
            }
        )

    def create(self, options: dict[str, Any]) -> str:
        """Return what `navigator.credentials.create` would have made."""
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(Aaguid.NONE, self.id, public)
        flags = _PRESENT_AND_VERIFIED | AuthenticatorData.FLAG.AT
        data = AuthenticatorData.create(self.site, flags, self.uses, credential)
        said = self._said("webauthn.create", options["publicKey"]["challenge"])
        attested = AttestationObject.create("none", data, {})
        return self._whole(
            {"clientDataJSON": websafe_encode(said), "attestationObject": websafe_encode(bytes(attested))}
        )

    def get(self, options: dict[str, Any]) -> str:
        """Return what `navigator.credentials.get` would have answered."""
        self.uses += 1
        data = AuthenticatorData.create(self.site, _PRESENT_AND_VERIFIED, self.uses)
        said = self._said("webauthn.get", options["publicKey"]["challenge"])
        signature = self.key.sign(bytes(data) + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return self._whole(
            {
                "clientDataJSON": websafe_encode(said),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
            }
        )
