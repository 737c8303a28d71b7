"""Views on draws: entropic tilting and conditioning on stated values."""
