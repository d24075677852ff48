"""Decision aids: a few questions that end in one answer with its rules. The folders here hold the five we bring.

Import `models`; `script` says how an aid is written. What a person answers stands in the address and nowhere else.
"""
