"""Connectors to public services that publish figures of the book, one module per service.

Each connector requests data over HTTP, validates the answer strictly and returns figures in the
unit of their series. `eastbound.evidence.refresh` decides which of them are kept.
"""
