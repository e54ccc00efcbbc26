"""A town's papers with planted faults: what `bench/readiness.py` judges the checks by.

The makers know nothing of the rules: they were written from the founding plans' words and from how offices err. Clean
papers come first (`papers.py`, from the figures of `town.py`), then some of them are spoilt (`figures_faults.py`,
`doubtful.py`), each fault with the papers it is in. `make.py` writes the files and the truth beside them.
"""
