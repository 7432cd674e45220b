"""Materials: how each paper of an application was met, as the ledger keeps it; the files themselves stand beside it."""

import msgspec


class MaterialEntry(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One material taken in: its name in the list, a way of WAYS, copies, and SM3 of the file if there is one."""

    name: str
    way: str
    copies: int = 1
    digest: str = ""
