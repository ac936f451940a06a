"""The author's loop: a server that watches the project, and browsers that show the deck as it is
at any moment.

`session` makes a new edition of the deck after every change, `background_jobs` run experiments
meanwhile, `pdf_refresh` prints the PDF, and `hub` tells every browser what has changed.
"""
