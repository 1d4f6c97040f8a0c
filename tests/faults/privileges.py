"""Makes permissions hold for this process even where it runs as root, who may read and write anything."""

import ctypes
import os

# Of linux/capability.h.
VERSION = 0x20080522
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Capabilities(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


def drop() -> None:
    """Give up the right to pass over permissions, until this process ends.

    Raises:
        OSError: the kernel refuses.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    header, held = _Header(VERSION, 0), (_Capabilities * 2)()
    _check(libc.capget(ctypes.byref(header), held))
    for kind in ("effective", "permitted", "inheritable"):
        kept = getattr(held[0], kind) & ~(1 << CAP_DAC_OVERRIDE | 1 << CAP_DAC_READ_SEARCH)
        setattr(held[0], kind, kept)
    _check(libc.capset(ctypes.byref(header), held))


def _check(returned: int) -> None:
    if returned:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
