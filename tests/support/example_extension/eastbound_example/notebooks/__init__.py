"""Notebooks that reports make beside ours."""
