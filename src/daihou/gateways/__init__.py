"""Doors to the outside: messages of the credit bureau and the adapters that carry them."""
