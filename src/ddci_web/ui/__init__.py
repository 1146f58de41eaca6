"""Design system: tokens, components, number formats."""
