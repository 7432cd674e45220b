"""Bulletins: drafts the official notice from the ledger and proves every figure in it.

`evidence` measures one figure and the digest of what is behind it, `book` collects the figures of one
draft, `measures` and `centres` say which there are, `text` puts them into sentences, `draft` brings all
together as of one `moment`. `codec` keeps notice and annex, `files` writes them.
"""
