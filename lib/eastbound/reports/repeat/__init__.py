"""Repeat a run of which nothing has changed: known before anything is planned, and copied instead of made."""
