"""Scripts, notebooks and training calls to facts, by abstract interpretation."""
