"""An example of each kind of extension."""
