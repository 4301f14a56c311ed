"""The prepared store: derived from a verified snapshot, shaped for questions, disposable."""
