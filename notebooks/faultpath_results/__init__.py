"""Results of faultpath as pandas frames, histograms, plots and sentences, for notebooks.

    import faultpath_results as fp
    result = fp.read("results/first-look-compare")    # or fp.faultpath("compare ...") runs it
    result.counters.loc["iopf"]
    fp.plots.tail(result)
"""
from . import plots, tables, words
from .check import Check, check, read_check
from .forest import forest
from .histogram import Histogram
from .parameters import (against, allocations, between, least_within, limits, resolved, settings,
                         value)
from .program import ProgramError, faultpath
from .reading import ResultError
from .result import Result, read
from .tables import comparison
from .tails import Sections

__all__ = ["Check", "Histogram", "ProgramError", "Result", "ResultError", "Sections", "against",
           "allocations", "between", "check", "comparison", "faultpath", "forest", "least_within",
           "limits", "plots", "read", "read_check", "resolved", "settings", "tables", "value",
           "words"]
