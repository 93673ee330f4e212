"""From a street's snapshot to an instance: its rows as arrays, who may serve whom, what is limited together."""
