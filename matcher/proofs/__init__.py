"""What is checked in integers, and what a proof is worth; no solver is trusted here."""
