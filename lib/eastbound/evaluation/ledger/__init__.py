"""The ledger of a workspace: every published forecast, in files that are only ever added to, and a chain of hashes."""
