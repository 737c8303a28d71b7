"""Connectors: public services that publish figures of the book.

One module per service; each asks over HTTP, reads the answer strictly and returns figures in the
unit of their series. What becomes of them is decided in `eastbound.evidence.refresh`.
"""
