"""Bulletins: drafts the official notice from the ledger and proves every figure in it.

`evidence` measures one figure and the digest of what is behind it, `book` collects the figures of one
draft, `text` puts them into sentences, `draft` brings the three together.
"""
