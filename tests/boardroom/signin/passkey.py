"""A passkey in software: what a tablet does when it signs its owner in by a look."""

import hashlib
import json
import os

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
)

PRESENT_AND_VERIFIED = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


class Passkey:
    """One key for one site, kept with the handle of the account it was made for."""

    def __init__(self, host="testserver"):
        self.host = host
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.identity = os.urandom(16)
        self.handle = None

    def client_data(self, kind, challenge):
        told = {"type": kind, "challenge": challenge, "origin": f"https://{self.host}"}
        return json.dumps(told).encode()

    def site(self):
        return hashlib.sha256(self.host.encode()).digest()

    def credential(self, response, **more):
        name = websafe_encode(self.identity)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "clientExtensionResults": {"credProps": {"rk": True}},
            "authenticatorAttachment": "platform",
            "response": {field: websafe_encode(value) for field, value in response.items()},
            **more,
        }

    def register(self, options):
        """Answer the portal's creation options."""
        options = options["publicKey"]
        self.handle = websafe_decode(options["user"]["id"])
        public = ES256.from_cryptography_key(self.key.public_key())
        attested = AttestedCredentialData.create(b"\0" * 16, self.identity, public)
        data = AuthenticatorData.create(
            self.site(), PRESENT_AND_VERIFIED | AuthenticatorData.FLAG.AT, 0, attested
        )
        return self.credential(
            {
                "clientDataJSON": self.client_data("webauthn.create", options["challenge"]),
                "attestationObject": AttestationObject.create("none", data, {}),
            }
        )

    def sign_in(self, options):
        """Answer the portal's request options."""
        told = self.client_data("webauthn.get", options["publicKey"]["challenge"])
        data = AuthenticatorData.create(self.site(), PRESENT_AND_VERIFIED, 1)
        signed = self.key.sign(data + hashlib.sha256(told).digest(), ec.ECDSA(hashes.SHA256()))
        return self.credential(
            {
                "clientDataJSON": told,
                "authenticatorData": data,
                "signature": signed,
                "userHandle": self.handle,
            }
        )
