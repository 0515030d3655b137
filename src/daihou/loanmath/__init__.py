"""What a loan costs: schedules, prepayment, true yearly rates, repricing, affordability, offers."""
