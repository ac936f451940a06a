"""The author's loop: a server that watches the project, and browsers that show the deck as it is
at any moment.

`desk` makes a new edition of the deck after every change, `workshop` runs experiments meanwhile,
`press` prints the PDF, and `hub` tells every browser what has changed.
"""
