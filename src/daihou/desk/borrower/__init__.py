"""What a credit report says, shown to its owner: on the terminal and as one page."""
