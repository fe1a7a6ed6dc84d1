"""The other measures as a study file and the command ask for them: entries, reading, tables."""
