"""May we ask the bureau, when, about whom first: gate, cadence, triggers, budget, orders."""
