"""The money: demands, the ledger, instalments, and what is served (C-REC-02)."""

urls: list = []
