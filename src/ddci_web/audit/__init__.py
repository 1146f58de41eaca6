"""The audit trail: who changed what, when, before and after; append-only and hash-chained. See docs/operations-audit.md."""
