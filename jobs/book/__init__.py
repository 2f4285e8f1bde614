"""The reader's edition: a website of all chapters on which the explorers live, made without a kernel."""
