"""What an analyst needs to trust and explain a definition: attrition, explanation, difference, cases.

Each is a module of its own and is imported from there, so that a command pays for what it uses.
"""
