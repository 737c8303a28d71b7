"""Tables of a page that accompany its charts: the run, the running year, news, settings, sources."""
