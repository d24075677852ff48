"""Reading the audit trail: who sees what of it, in words, filtered and as a file.

Nobody imports from here. What is written into the trail goes through `audit`.
"""
