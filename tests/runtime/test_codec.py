"""What Temporal stores opens with a key of the ring and with nothing else."""

import base64
from pathlib import Path

import pytest
from temporalio.api.common.v1 import Payload

from runtime.codec import EncryptionCodec, Keyring, KeyringError

OLD, NEW = "k1:" + base64.b64encode(b"1" * 32).decode(), "k2:" + base64.b64encode(b"2" * 32).decode()
PLAIN = Payload(metadata={"encoding": b"json/plain"}, data=b'{"last_name": "Carver"}')


def codec(keys: str, namespace: str = "default") -> EncryptionCodec:
    return EncryptionCodec(Keyring.parse(keys), namespace)


async def test_it_comes_back_as_it_was_and_shows_nothing_meanwhile() -> None:
    [sealed] = await codec(OLD).encode([PLAIN])
    assert b"Carver" not in sealed.SerializeToString()
    assert b"json/plain" not in sealed.SerializeToString()
    assert await codec(OLD).decode([sealed]) == [PLAIN]


async def test_the_same_payload_never_looks_the_same() -> None:
    first, second = await codec(OLD).encode([PLAIN, PLAIN])
    assert first.data != second.data


async def test_after_a_rotation_old_payloads_open_and_new_ones_use_the_new_key() -> None:
    [old] = await codec(OLD).encode([PLAIN])
    both = codec(f"{NEW},{OLD}")
    assert await both.decode([old]) == [PLAIN]
    [new] = await both.encode([PLAIN])
    assert new.metadata["key-id"] == b"k2"


async def test_a_key_that_is_gone_is_named() -> None:
    [old] = await codec(OLD).encode([PLAIN])
    with pytest.raises(KeyringError, match=r"'k1'.*add it back"):
        await codec(NEW).decode([old])


async def test_the_wrong_key_of_the_same_name_opens_nothing() -> None:
    [sealed] = await codec(OLD).encode([PLAIN])
    wrong = "k1:" + base64.b64encode(b"3" * 32).decode()
    with pytest.raises(KeyringError, match="does not open"):
        await codec(wrong).decode([sealed])


async def test_a_changed_payload_and_one_of_another_namespace_open_not() -> None:
    [sealed] = await codec(OLD).encode([PLAIN])
    with pytest.raises(KeyringError):
        await codec(OLD, "other").decode([sealed])
    sealed.data = sealed.data[:-1] + bytes([sealed.data[-1] ^ 1])
    with pytest.raises(KeyringError):
        await codec(OLD).decode([sealed])


async def test_a_foreign_payload_passes_unchanged() -> None:
    assert await codec(OLD).decode([PLAIN]) == [PLAIN]


@pytest.mark.parametrize(
    ("keys", "says"),
    [("", "CHAIRTIME_ENCRYPTION_KEYS"), ("k1:abc", "base64"), ("k1:" + base64.b64encode(b"short").decode(), "32")],
)
def test_a_bad_keyring_says_what_is_wrong(keys: str, says: str) -> None:
    with pytest.raises(KeyringError, match=says):
        Keyring.parse(keys)


def test_the_kept_key_is_made_once_and_is_its_owner_s(tmp_path: Path) -> None:
    first, second = Keyring.kept_in(tmp_path), Keyring.kept_in(tmp_path)
    sealed = first.encrypt(b"text", b"")
    assert second.decrypt(*sealed, b"") == b"text"
    assert (tmp_path / "encryption.key").stat().st_mode & 0o077 == 0
