"""The return of a school: what was uploaded, submitted and received, and its receipts."""
