"""Broken twins, each with one bug that real products have shipped: APP_MUTANT=NAME."""
