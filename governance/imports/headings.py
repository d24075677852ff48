"""Which column of a list is which of ours: by our own name, by what somebody chose, or by how lists here call it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from django.utils.translation import gettext as _

from governance.imports.rows import FileError, column_name
from governance.imports.words import bare


def parse_mapping(texts: Iterable[str]) -> dict[str, str]:
    """`Konto=name,Avdeling=unit` as file column -> ours; nothing after the sign leaves the column out.

    Raises FileError.
    """
    mapping = {}
    for part in ",".join(texts).split(","):
        if not part.strip():
            continue
        heading, sign, target = part.rpartition("=")
        if not sign or not heading.strip():
            raise FileError(
                _("“%(text)s” does not map a column. Write it as heading=column, such as Konto=name.")
                % {"text": part[:60]}
            )
        mapping[column_name(heading)] = column_name(target)
    return mapping


def parse_matches(texts: Iterable[str]) -> dict[str, str]:
    """`Nordvik skole=nordvik-vgs`, one each: what stands in the file -> code, e-mail or nothing. Raises FileError."""
    matches = {}
    for text in texts:
        written, sign, target = text.rpartition("=")
        if not sign or not written.strip():
            raise FileError(
                _("“%(text)s” does not match anything. Write it as text=code, such as Nordvik skole=nordvik-vgs.")
                % {"text": text[:60]}
            )
        matches[written.strip()] = target.strip()
    return matches


def recognise(
    found: Iterable[str],
    *,
    takes: Callable[[str], bool],
    known: Mapping[str, Iterable[str]],
    chosen: Mapping[str, str],
    remembered: Mapping[str, str],
) -> dict[str, str]:
    """Which of ours each column found is; "" for one that is left out.

    What somebody chose comes first, then our own names, then what was `remembered` of a list with these headings,
    then how others call ours (`known`: ours -> bare headings, the closest first). No two columns become the same.
    Raises FileError where the choice names a column that is not in the file or none of ours, or one of ours twice.
    """
    found = list(found)
    for heading, target in chosen.items():
        if heading not in found:
            raise FileError(
                _("There is no column “%(heading)s”. The file has: %(found)s.")
                % {"heading": heading[:40], "found": ", ".join(column[:40] for column in found[:20])}
            )
        if target and not takes(target):
            raise FileError(
                _("“%(target)s” is not a column here. Known columns: %(known)s.")
                % {"target": target[:40], "known": ", ".join(known)}
            )
        other = next((name for name, same in chosen.items() if same == target and name != heading), None)
        if target and other:
            raise FileError(
                _("Both “%(one)s” and “%(other)s” are mapped to “%(target)s”.")
                % {"one": heading, "other": other, "target": target}
            )
    mapping = dict(chosen)
    taken = {target for target in chosen.values() if target}
    called = {name: (rank, ours) for ours, names in known.items() for rank, name in enumerate(names)}

    def take(column: str, target: str) -> None:
        mapping[column] = target
        taken.add(target)

    for column in found:
        if column not in mapping and takes(column) and column not in taken:
            take(column, column)
    for column in found:
        target = remembered.get(column)
        if column not in mapping and target is not None and target not in taken and (not target or takes(target)):
            take(column, target) if target else mapping.setdefault(column, "")
    # The closest word wins, wherever it stands: of “Navn” and “Visningsnavn” it is “Navn”.
    for column in sorted(found, key=lambda column: called.get(bare(column), (0, ""))[0]):
        _rank, target = called.get(bare(column), (0, ""))
        if column not in mapping and target and target not in taken and "." not in column:
            take(column, target)
    return {column: mapping.get(column, "") for column in found}
