"""The list track: a municipality's protocol with Opgroeien, its list of national numbers in, an answer per child out.

Opgroeien is another controller than VUTG: its accounts, protocols, ledger and keys lie apart, in ``opgroeien/`` of the
state folder. Nothing of a list or an answer is ever kept in clear.
"""
