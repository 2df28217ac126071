"""Saved models: files of every era to facts."""
