"""What changed problems are like: forced, forbidden, lifted, joined; and what a plan leaves free."""
