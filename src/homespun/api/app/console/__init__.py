"""The console's API, for those who look after the installation; what has to do with money is for owners alone.

people.py    people, invitations, teams, keys
catalogue.py prices, plans, vouchers
books.py     wallets, payments, usage, income, the audit
house.py     health, settings
"""
