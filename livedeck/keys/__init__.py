"""What a result was made from, and why it is made again."""
