"""A partner's share as a log ratio of two flows, observed through rounded and bounded statements."""
