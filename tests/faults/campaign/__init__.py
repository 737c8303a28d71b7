"""The fault campaign: runs that are killed, starved, locked or damaged, and what becomes of them."""
