"""What joins pages and runs: the search of the index, and the page on all runs of a folder."""
