"""Invented reports and writers of every layout: samples, and the other half of each round trip."""
