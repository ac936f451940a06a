"""Gates: what the audience would suffer from, and a build therefore refuses.

`overflow`, `small_text` and `contrast` look at slides as they were laid out, `drawings` at the
artists of a figure when it is drawn, `palettes` at a theme. `verdict` weighs what they found by
what the deck's settings and the slides allow.
"""
