"""The lender's file itself: is it one, which format and encoding, and what is its hash."""

from __future__ import annotations

import codecs
import hashlib
import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from daihou.errors import SourceFileError

CHUNK_BYTES = 1 << 20
HEADER_MAX_BYTES = 1 << 20
"""A first line longer than this is no header."""
EXCEL_MAX_BYTES = 2 << 30
PARQUET_MARK = b"PAR1"
ZIP_MARK = b"PK\x03\x04"
OLE_MARK = b"\xd0\xcf\x11\xe0"
PACKED_MARKS = (
    (b"\x1f\x8b", "gzip"), (b"BZh", "bzip2"), (b"\xfd7zXZ", "xz"), (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"7z\xbc\xaf", "7-Zip"), (b"Rar!", "RAR"),
)  # fmt: skip
HEAD_BYTES = 4096
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
LENIENT = ("gb18030", "big5")
"""Encodings in which most bytes are some sign, so that a wrong one is not noticed."""
TRIED_ENCODINGS = ("utf-8", "gb18030")
Format = Literal["csv", "excel", "parquet"]


@dataclass(frozen=True, slots=True)
class Stamp:
    """A file as it was when it was first looked at; ``sha256`` is over its bytes."""

    path: Path
    bytes: int
    modified_ns: int
    sha256: str


def refuse(path: Path, problem: str, next_step: str) -> SourceFileError:
    """Return the refusal of a whole file."""
    return SourceFileError(
        "this file cannot be landed", [problem], where=str(path),
        why="nothing was read from it", next_step=next_step,
    )  # fmt: skip


def check_is_file(path: Path, inside: Path | None = None) -> None:
    """Refuse what is not a plain, non-empty file; with ``inside``, what leads out of that folder.

    Raises: SourceFileError.
    """
    try:
        found = path.stat()
    except OSError as error:
        raise refuse(path, error.strerror or str(error), "check the name and permissions") from None
    if inside is not None and not path.resolve().is_relative_to(inside.resolve()):
        raise refuse(path, "a link that leads out of the inbox", "copy the file into the inbox")
    if stat.S_ISDIR(found.st_mode):
        raise refuse(path, "this is a folder", "name the files in it one by one")
    if not stat.S_ISREG(found.st_mode):
        raise refuse(path, "this is a pipe or device, not a file", "write it to a file first")
    try:
        path.open("rb").close()
    except OSError as error:
        raise refuse(path, error.strerror or str(error), "check the permissions") from None
    if found.st_size == 0:
        raise refuse(path, "the file is empty (0 bytes)", "ask the sender to hand it over again")


def format_of(path: Path, declared: str) -> Format:
    """Return the file's format by its first bytes, and check it against the one declared.

    Raises: SourceFileError when the bytes say otherwise.
    """
    with path.open("rb") as file:
        head = file.read(len(OLE_MARK) + 1)
    packed = next((name for mark, name in PACKED_MARKS if head.startswith(mark)), None)
    if packed is not None:
        raise refuse(path, f"the file is packed with {packed}", "unpack it, then land the content")
    found: Format = "csv"
    if head.startswith(PARQUET_MARK):
        found = "parquet"
    elif head.startswith((ZIP_MARK, OLE_MARK)):
        found = "excel"
    if declared not in ("auto", found):
        looks = "text" if found == "csv" else found
        raise refuse(path, f"the mapping says {declared}, the bytes look like {looks}",
                     "hand over the right file, or correct source.format")  # fmt: skip
    return found


def stamp_of(path: Path) -> Stamp:
    """Return size, time and hash of a file, read in pieces."""
    found = path.stat()
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(CHUNK_BYTES):
            digest.update(piece)
    return Stamp(path, found.st_size, found.st_mtime_ns, digest.hexdigest())


def check_unchanged(stamp: Stamp) -> None:
    """Refuse a file that was written to while it was read.

    Raises: SourceFileError.
    """
    found = stamp.path.stat()
    if (found.st_size, found.st_mtime_ns) != (stamp.bytes, stamp.modified_ns):
        raise refuse(stamp.path, "the file was changed while it was read",
                     "wait until its sender has finished, then land it again")  # fmt: skip


def first_look(path: Path, declared: str) -> None:
    """Refuse at once, whatever the file's size, what its first bytes show to be hopeless.

    Raises: SourceFileError.
    """
    if format_of(path, declared) == "csv":
        check_first_line(path)


def check_first_line(path: Path) -> None:
    """Refuse a text file whose first line does not end: at once, whatever the file's size.

    Raises: SourceFileError.
    """
    with path.open("rb") as file:
        head = file.read(HEADER_MAX_BYTES + 1)
    if len(head) > HEADER_MAX_BYTES and b"\n" not in head and b"\r" not in head:
        raise refuse(path, "the first line is longer than 1 MiB: this is no table of lines",
                     "ask the sender for a file with line ends")  # fmt: skip


@dataclass(frozen=True, slots=True)
class TextKind:
    """How a text file's bytes read: encoding, and whether every byte fits it."""

    encoding: str
    clean: bool


def text_kind(path: Path, declared: str) -> TextKind:
    """Return the encoding to read with. ``auto`` takes UTF-8, else GB18030, if the file fits it.

    A file declared as one encoding that only fits another is refused; stray bad bytes in the
    declared encoding become problem rows.

    Raises: SourceFileError naming the first bad byte.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    marked = next((name for bom, name in BOMS if head.startswith(bom)), None)
    if marked is None and declared != "utf-16" and head.count(0) > len(head) // 4:
        raise refuse(path, "many zero bytes: utf-16 without a mark, or no text at all",
                     "ask the sender; if it is utf-16, set source.encoding: utf-16")  # fmt: skip
    if marked is not None and declared not in ("auto", marked):
        raise refuse(path, f"the file begins with a mark of {marked}, the mapping says {declared}",
                     f"set source.encoding: {marked}")  # fmt: skip
    if marked is not None or declared != "auto":
        # GBK is a part of GB18030.
        name = marked or ("gb18030" if declared == "gbk" else declared)
        at = first_bad_byte(path, name)
        others = [o for o in TRIED_ENCODINGS if o != name]
        better = next((o for o in others if first_bad_byte(path, o) is None), None) \
            if at is not None else None  # fmt: skip
        if better is not None:
            raise refuse(path, f"not {name} from byte {at} on; it reads well as {better}",
                         f"set source.encoding: {better}, or auto")  # fmt: skip
        if at is None and name in LENIENT and _reads_as_utf8(path):
            raise refuse(path, f"it reads as {name}, and just as well as utf-8",
                         "text that is also UTF-8 is hardly ever anything else: names would turn "
                         "to nonsense; set source.encoding: utf-8")  # fmt: skip
        return TextKind(name, at is None)
    tried = {name: first_bad_byte(path, name) for name in TRIED_ENCODINGS}
    good = next((name for name, at in tried.items() if at is None), None)
    if good is None:
        told = "; ".join(f"not {name} at byte {at}" for name, at in tried.items())
        raise refuse(path, told, "set source.encoding: the lines with bad bytes are quarantined")
    return TextKind(good, True)


def _reads_as_utf8(path: Path) -> bool:
    """Tell whether a file with signs beyond ASCII is all UTF-8."""
    return first_bad_byte(path, "ascii") is not None and first_bad_byte(path, "utf-8") is None


def first_bad_byte(path: Path, encoding: str) -> int | None:
    """Return the offset of the first byte that is not text in ``encoding``, or None."""
    decoder = codecs.getincrementaldecoder(encoding)()
    offset = 0
    with path.open("rb") as file:
        while True:
            piece = file.read(CHUNK_BYTES)
            held = len(decoder.getstate()[0])
            try:
                decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                return offset - held + error.start
            if not piece:
                return None
            offset += len(piece)


def check_workbook(path: Path) -> None:
    """Refuse a workbook that unpacks to more than 2 GiB, or lies about it.

    Raises: SourceFileError.
    """
    if not zipfile.is_zipfile(path):
        return  # the old binary format is not packed
    try:
        with zipfile.ZipFile(path) as book:
            told = sum(member.file_size for member in book.infolist())
            if told > EXCEL_MAX_BYTES:
                raise refuse(path, f"it unpacks to {told / 1e9:.1f} GB", "hand it over as CSV")
            for member in book.infolist():
                with book.open(member) as packed:  # checks the size and sum that it tells
                    while packed.read(CHUNK_BYTES):
                        pass
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise refuse(path, f"the workbook is damaged or locked: {error}",
                     "open and save it again, without a password") from error  # fmt: skip
