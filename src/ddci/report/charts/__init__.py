"""Charts of a Result: one Vega-Lite specification per function, drawn by ``draw``."""
