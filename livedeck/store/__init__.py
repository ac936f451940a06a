"""What was computed, under the key of what it was made from: here, in packs, in second stores."""
