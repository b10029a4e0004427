"""Files in and out: text becomes a type once, here.

``tables.read_records`` reads a pupil file and a school file, CSV or Parquet, into a `RecordSet`.
"""
