"""Editions of a report in other languages: what must be translated, what lacks a translation, and the gate."""
