"""What must hold: the oracle, the transcript of a run, and the invariants that judge it."""
