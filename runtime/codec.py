"""Payload encryption: what Temporal stores about a case is readable only with a key of the keyring."""

import base64
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec

ENCODING = b"binary/encrypted"
_NONCE_BYTES = 12


class KeyringError(Exception):
    """The keyring cannot be used or lacks the key; the message says how to mend it, never the data."""


class Keyring:
    """AES-256 keys by id. The first one encrypts, all decrypt: rotate by putting a new key in front."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys:
            raise KeyringError("no encryption key: set CHAIRTIME_ENCRYPTION_KEYS to id:base64key[,id:base64key...]")
        for key_id, key in keys.items():
            if len(key) != 32:
                raise KeyringError(f"encryption key {key_id!r} has {len(key)} bytes; it must have 32")
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self.current = next(iter(keys))
        self._root = keys[self.current]

    @classmethod
    def parse(cls, text: str) -> "Keyring":
        """``id:base64key`` pairs, comma-separated, current first. Raises KeyringError."""
        keys: dict[str, bytes] = {}
        for pair in filter(None, (part.strip() for part in text.split(","))):
            key_id, _, encoded = pair.partition(":")
            try:
                keys[key_id] = base64.b64decode(encoded, validate=True)
            except ValueError as wrong:
                raise KeyringError(f"encryption key {key_id!r} is not base64") from wrong
        return cls(keys)

    @classmethod
    def kept_in(cls, home: Path) -> "Keyring":
        """The embedded set-up's own key file, made on first use, readable by its owner only."""
        path = home / "encryption.key"
        home.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            made = "k1:" + base64.b64encode(os.urandom(32)).decode()
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(made)
        return cls.parse(path.read_text("utf-8").strip())

    def derived(self, purpose: str) -> bytes:
        """32 bytes for another purpose, the same in every process that has this keyring."""
        return HKDF(hashes.SHA256(), 32, salt=None, info=purpose.encode()).derive(self._root)

    def encrypt(self, plain: bytes, context: bytes) -> tuple[str, bytes]:
        nonce = os.urandom(_NONCE_BYTES)
        return self.current, nonce + self._ciphers[self.current].encrypt(nonce, plain, context)

    def decrypt(self, key_id: str, sealed: bytes, context: bytes) -> bytes:
        """Raises KeyringError when the key is not in the ring or the data was changed."""
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise KeyringError(f"a payload was encrypted with key {key_id!r}, which is not in the keyring; add it back")
        try:
            return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context)
        except InvalidTag as wrong:
            raise KeyringError(f"a payload does not open with key {key_id!r}") from wrong


class EncryptionCodec(PayloadCodec):
    """AES-GCM over whole payloads; the key id stands in the metadata, foreign payloads pass unchanged."""

    def __init__(self, keyring: Keyring, namespace: str) -> None:
        self._keyring = keyring
        self._namespace = namespace

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._sealed(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._opened(payload) for payload in payloads]

    def _sealed(self, payload: Payload) -> Payload:
        key_id, sealed = self._keyring.encrypt(payload.SerializeToString(), self._context(self._keyring.current))
        return Payload(metadata={"encoding": ENCODING, "key-id": key_id.encode()}, data=sealed)

    def _opened(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            return payload
        key_id = payload.metadata["key-id"].decode()
        return Payload.FromString(self._keyring.decrypt(key_id, payload.data, self._context(key_id)))

    def _context(self, key_id: str) -> bytes:
        return f"{self._namespace}|{key_id}".encode()
