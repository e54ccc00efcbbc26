"""One door to each outside thing: disk, database, index, office formats, converters."""
