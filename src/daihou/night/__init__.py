"""The night: dated facts, law, signals and policy compiled to one ordered list of SQL stages."""
