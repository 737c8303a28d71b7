"""The explorer: a page of sliders on which a changed number redraws the forecast at once."""
