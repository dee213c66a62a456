"""Money: rates, fixed pay, bonuses, fines, invoices and what they are made of."""
