"""What analysts look at while they edit: the effect of a change, at once."""
