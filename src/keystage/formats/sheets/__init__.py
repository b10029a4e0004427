"""Mark sheets and other tables people keep in a spreadsheet, in and out.

Columns are known by their headings, never by their order, and every cell keeps its row.
"""
