"""Tests of the signal catalogue."""
