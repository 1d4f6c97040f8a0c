"""A run waits for its delivery in the triggerer, and goes on, or ends, when it is there or late."""
