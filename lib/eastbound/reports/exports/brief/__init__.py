"""The brief: one page that can be forwarded, as PDF and DOCX, with the content of the overview page."""
