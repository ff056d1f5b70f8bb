"""Who may read a file: its owner, and one more account."""

from __future__ import annotations

import os
import struct
from pathlib import Path

ACL = "system.posix_acl_access"
NOBODY = 0xFFFFFFFF


def grant_reading(path: Path, uid: int) -> bool:
    """Let one account read a file, and nobody else but its owner.

    Returns:
        Whether the file system can say so; where it cannot, nothing has changed.
    """
    try:
        os.setxattr(path, ACL, _acl(uid))
    except (OSError, AttributeError):  # a file system without access control lists, or another system
        return False
    return True


def _acl(uid: int) -> bytes:
    """Return the kernel's form of: the owner reads and writes, one user reads, nobody else does."""
    owner, user, group, mask, others = 0x01, 0x02, 0x04, 0x10, 0x20
    entries = ((owner, 6, NOBODY), (user, 4, uid), (group, 0, NOBODY), (mask, 4, NOBODY), (others, 0, NOBODY))
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)
