"""Members, roles, invitations."""
