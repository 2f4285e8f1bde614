"""The chapters, a folder each: an explorer, and one file for every exercise."""
