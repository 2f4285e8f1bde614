"""What can be computed without a run: closed forms, one file a subject, for chapters, explorers, checks and tests."""
