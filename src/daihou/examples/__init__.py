"""Books that ship with the product: two of real loans and cards, one simulated bank."""
