"""Opgroeien's counter: a site of its own, over Opgroeien's own state, for municipalities, case handlers and the DPO."""
