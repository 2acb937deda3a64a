"""The sections of the Escalations page, one file per question."""
