"""A credit report in plain words for its owner: findings, advice, what would change them."""
