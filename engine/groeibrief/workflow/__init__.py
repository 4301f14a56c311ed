"""The only place that joins selection, disclosure, letters, printshop and the ledger."""
