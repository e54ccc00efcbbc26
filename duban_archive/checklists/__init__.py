"""The ready-made checklists: data only, read by ``adapters/checklist_file.py``."""
