"""Encrypted Parquet for columns that identify a person (加密存储), under one master key."""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from daihou.errors import HomeError, LakeError
from daihou.lake.disk import disk_trouble

KEY_VARIABLE = "DAIHOU_KEY"
KEY_BYTES = 32
HOW_TO_MAKE_A_KEY = (
    'python -c "import secrets,base64;print(base64.b64encode(secrets.token_bytes(32)).decode())"'
)
_MASTER = "master"
_NONCE_BYTES = 12


class _Wrapper(pe.KmsClient):  # type: ignore[misc]
    """Wraps each file's own keys with the master key, in this process: no key server is asked."""

    def __init__(self, master: bytes) -> None:
        super().__init__()
        self._cipher = AESGCM(master)

    def wrap_key(self, key_bytes: bytes, master_key_identifier: str) -> str:
        """Return ``key_bytes`` sealed."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, bytes(key_bytes), master_key_identifier.encode())
        return base64.b64encode(nonce + sealed).decode()

    def unwrap_key(self, wrapped_key: str, master_key_identifier: str) -> bytes:
        """Return the key that ``wrap_key`` sealed."""
        raw = base64.b64decode(wrapped_key)
        try:
            return self._cipher.decrypt(
                raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], master_key_identifier.encode()
            )
        except InvalidTag:
            raise LakeError(
                f"{KEY_VARIABLE} is not the key these identity columns were sealed with",
                why="names, document numbers and phones cannot be shown",
                next_step="set the key that was in use when they were landed",
            ) from None


def key_from_text(text: str) -> bytes:
    """Return the master key written in ``text`` (base64 of 32 bytes).

    Raises: HomeError when it is not that.
    """
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise HomeError(
            f"{KEY_VARIABLE} is not the base64 text of {KEY_BYTES} bytes",
            next_step=f"make one: {HOW_TO_MAKE_A_KEY}",
        )
    return key


def write_sealed(
    path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch], key: bytes
) -> int:
    """Write ``batches`` encrypted (AES-GCM, footer too) and return how many rows there were."""
    factory, connection = _factory(key)
    columns = {_MASTER: list(schema.names)}
    settings = pe.EncryptionConfiguration(
        footer_key=_MASTER, column_keys=columns, data_key_length_bits=256
    )
    sealed = factory.file_encryption_properties(connection, settings)
    rows = 0
    with (
        disk_trouble(path),
        pq.ParquetWriter(
            path, schema, compression="zstd", encryption_properties=sealed
        ) as writer,
    ):  # fmt: skip
        for batch in batches:
            writer.write_batch(batch)
            rows += batch.num_rows
    return rows


def read_sealed(paths: Sequence[Path], key: bytes) -> pa.Table:
    """Return the rows of sealed files, in the order given.

    Raises: LakeError when ``key`` is another one, or there is no file.
    """
    if not paths:
        raise LakeError("no identity columns have been landed", next_step="land a customer file")
    factory, connection = _factory(key)
    tables = []
    for path in paths:
        opened = factory.file_decryption_properties(
            connection, pe.DecryptionConfiguration(cache_lifetime=timedelta(minutes=5))
        )
        with pq.ParquetFile(path, decryption_properties=opened) as file:
            tables.append(file.read())
    return pa.concat_tables(tables)


def _factory(key: bytes) -> tuple[pe.CryptoFactory, pe.KmsConnectionConfig]:
    return pe.CryptoFactory(lambda _: _Wrapper(key)), pe.KmsConnectionConfig()
