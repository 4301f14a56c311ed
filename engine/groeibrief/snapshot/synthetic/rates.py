"""The stated rates: how often everything occurs in a synthetic snapshot (docs/design/synthetic.md).

Shares of the real population come from the sizes that the project was given for the end of 2023; the rest is chosen so
that each hard case is there and stays rare. None of these is a legal amount or a statistic.
"""

from __future__ import annotations

FULL_SCALE = 921_053
"""Dossiers at full scale: the families of the end of 2023."""

FAMILY_SIZES = (0.45, 0.39, 0.118, 0.030, 0.0066, 0.0030, 0.0014, 0.0010)
"""Families with 1, 2, … 8 children; 5 and more together 1.2 %, and 1.773 children a family."""
AGES = (
    3.80, 3.88, 4.02, 4.26, 4.42, 4.60,
    4.45, 4.55, 4.62, 4.68, 4.76, 4.84,
    4.80, 4.83, 4.84, 4.84, 4.84, 4.80,
    4.50, 4.08, 3.46, 2.48, 1.70, 1.02, 0.62,
)  # fmt: skip
"""Weights of the completed years, 0 to 24. With the spacing of siblings, which makes the eldest older, they give
24.5 / 27.9 / 29.0 / 18.6 percent for the four groups."""
SIBLING_CORRELATION = 0.72
PAYERS = {"FONS": 0.28, "Infino": 0.12, "KidsLife": 0.24, "MyFamily": 0.16, "Parentia": 0.20}

SOCIAL_CHILDREN = 0.3078
"""Share of the children with a social supplement: 502,553 of 1,632,844."""
SOCIAL_FAMILIES = 0.2935
SOCIAL_BY_SIZE = (0.290, 0.270, 0.345, 0.42, 0.50)
"""Families of 1, 2, 3, 4, 5+ children: 1.86 children for each family that has the supplement."""
SOCIAL_BY_MUNICIPALITY = {"11002": 0.459, "45041": 0.429, "35013": 0.406, "36010": 0.175}
"""Antwerpen, Ronse, Oostende and Ledegem; every other municipality follows :data:`SOCIAL_ELSEWHERE`."""
SOCIAL_ELSEWHERE = (0.225, 0.028)
"""Share at 10,000 inhabitants, and what each doubling adds; ± 0.04 by municipality."""
SOCIAL_PERSISTENCE = 0.88
"""How much of a family's income position stays from one grant year to the next."""
SOCIAL_LATE_START = 0.08
SOCIAL_INTERRUPTED = 0.015
SOCIAL_LOW_BAND_SMALL = 0.80
"""One or two children: the low band, else the middle one."""
SOCIAL_LOW_BAND_LARGE = 0.62
"""Three children or more: the low band, else the high one."""
SOCIAL_UNKNOWN_BAND = 0.006
SOCIAL_TO_SECOND = 0.12
"""Two beneficiaries at one address: granted to the second of them."""
SOCIAL_CO_PARENTS = (0.50, 0.20, 0.30)
"""Co-parents: one of them has a half; each has a half; one has the whole."""

CARE = 0.0268
"""Of the children under 21: 2.7 % of all."""
CARE_UNKNOWN_POINTS = 0.03
CARE_UNKNOWN_FIRST_PILLAR = 0.02
CARE_REVISED = 0.20
CARE_KNOWN_END = 0.02
ORPHAN_FAMILIES = 0.02
"""And the families in which a beneficiary was succeeded: 2–2.5 % together."""
ORPHAN_FULL = 0.07
GRANTED_TO_SECOND = 0.08
CHILDCARE = 0.30
"""Of the children of nursery age, at one time or another."""
CHILDCARE_NO_DAYS = 0.003
PRESCHOOL = 0.86
SCHOOL_ALLOWANCE = 0.303
"""Grants in a school year, as a share of the children: 460–496 thousand."""
SCHOOL_ALLOWANCE_SOCIAL = 0.60
START_AMOUNT = 0.99
ADOPTED = 0.0013
STILLBORN = 0.0007
"""Of the children: about 300 a year at full scale."""

YEARLY_INDEX = 1.02
"""Amounts move by this much each September from the catalogue's nearest dated amount."""
OLD_REGIME_RANKS = (0.62, 1.15, 1.72)
"""First, second and later child born before 2019, as a factor of the base amount: the catalogue has no old amounts."""

HOUSEHOLDS = (0.3292, 0.519, 0.138, 0.0030, 0.0015, 0.0050, 0.0043)
"""Shares of the kinds of household, in the order of ``families.Household``."""
CLOSED_DOSSIERS = 0.010
OPENED_LATER = 0.08
MOVED = 0.15
MOVED_BETWEEN = 0.45
"""Of the moves: to another municipality."""
SETTLED_RECENTLY = 0.02
BRUSSELS_WALLONIA = 0.009
ABROAD = 0.006
UNKNOWN_CODE = 0.0004
SECRET_ADDRESS = 0.004
REFERENCE_ADDRESS = 0.003
COLLECTIVE_HOME = 0.002
INCOMPLETE_ADDRESS = 0.002
SHARED_ADDRESS = 0.005
SECOND_WRITTEN_OTHERWISE = 0.004
LONG_STREET = 0.002
LONG_NAME = 0.002
BENEFICIARY_ABROAD = 0.002
BENEFICIARY_ELSEWHERE_IN_BELGIUM = 0.004
SUCCEEDED = 0.0025
DEATH_UNPROCESSED = 0.0005
SECOND_LEFT = 0.008

TWINS = 0.016
"""Of the children of families with two or more: born on the day of the next older one."""
BORN_29_FEBRUARY = 0.0006
MISSING_BIRTH_DATE = 0.0005
CHILD_ELSEWHERE = 0.02
NO_DOMICILE = 0.001
SWITCHED_DOSSIER = 0.004
LEFT_DOSSIER = 0.012
CHILD_DECEASED = 0.0008
CHILD_DECEASED_LATELY = 0.00003
STUDY_GAP = 0.03
"""Of the children from 18: the base amount stops and restarts."""
MISSING_FIRST_NAME = 0.0005
DOUBLE_NAME = 0.08
BIS_NUMBER = 0.006
ORIGINS = {"vlaams": 0.70, "nederlands": 0.04, "marokkaans": 0.10, "turks": 0.05, "pools": 0.04, "frans": 0.07}

HERSTAPPE = "73028"
HERSTAPPE_SIZES = (1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3)
"""The municipality of 19 children, at every scale that has room for it."""
ALWAYS_THERE = ("31033", "23094", "24062", "31043")
"""Torhout, Zaventem, Leuven, Knokke-Heist: never without families."""
