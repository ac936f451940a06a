"""Pictures of the author's as they reach the audience, of pixels and of SVG."""
