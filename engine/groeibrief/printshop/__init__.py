"""From letters to a sealed package that only a print shop can open: batches, job ticket, piece list, seal.

``package`` has ``make_package``, ``verify_package`` and ``open_package``; ``docs/design/package.md`` the format.
"""
