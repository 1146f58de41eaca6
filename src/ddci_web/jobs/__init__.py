"""Background work with state, progress, log and faults."""
