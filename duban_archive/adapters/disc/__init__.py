"""The disc that evaluators read: PDFs without personal data, and a site that opens by a double click, offline."""
