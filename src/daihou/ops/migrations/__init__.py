"""Steps by which the operations tables grow; each is applied once."""
