"""What is made of results: reports to parents, records, summaries."""
