"""Experiments on arrays of people and months: what a rule would have done, and by how much."""
