"""Operators and functions on symbolic tensors."""
