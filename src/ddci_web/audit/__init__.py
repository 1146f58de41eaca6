"""Who changed what, in a chain that shows tampering."""
