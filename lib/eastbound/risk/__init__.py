"""Risk numbers and the answers built on them: how likely, how bad, and what would have to happen.

The numbers are pure functions of the draws of an ensemble, which they take as a `Sample`: a series is summed by year
and sorted once, whatever asks for it. Questions and claims are expressions over the same draws.
"""
