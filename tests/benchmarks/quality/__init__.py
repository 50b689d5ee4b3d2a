"""How search quality is measured: queries made from any list of briefs, and what answers to them are worth.

`queries.load` gives the judged queries of a corpus and our own, `scoring.score` the numbers.
"""
