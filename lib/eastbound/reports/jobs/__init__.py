"""Requests for reports: standing jobs of ``params/reports``, files of parameters, and what a request will run."""
