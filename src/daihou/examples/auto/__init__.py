"""A book of real United States auto loans (真实汽车贷款), month ends 2017 to 2023."""
