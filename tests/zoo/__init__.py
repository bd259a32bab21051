"""The zoo: every broken twin of the reference app, found by exploration alone."""
