"""The deck as documents on paper: slides, handout, article."""
