"""The JSON of the web app's own API under /api, by subject. The web client's types are generated from these.

base.py         what all shapes have in common; errors; amounts of money
chats.py        conversations and turns
learning.py     what models learn from
people.py       who somebody is, how they sign in, their sessions and keys
teams.py        teams, their members and projects
money.py        balances, plans, usage
console.py      what only those see who look after the installation
vouchers.py     codes that are worth money, for them
availability.py to whom it is available where, for them
"""
