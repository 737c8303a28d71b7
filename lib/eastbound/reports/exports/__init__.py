"""Files for other programs and readers beside the HTML of a run: data package, PDF and brief."""
