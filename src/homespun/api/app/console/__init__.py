"""The console's API, for those who look after the installation; what has to do with money is for owners alone.

people.py       people, invitations, teams, keys
availability.py to whom it is available where, the waiting list
catalogue.py    prices, plans
vouchers.py     codes that are worth money
books.py        wallets, payments, usage, income, the audit
house.py        health, settings
releases.py     which models answer, rollouts
"""
