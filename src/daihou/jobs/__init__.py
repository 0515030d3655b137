"""Straight-line scripts that put the rooms together: land, night, replay."""
