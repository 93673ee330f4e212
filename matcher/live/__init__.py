"""The plan that stays optimal while events arrive: each is repaired exactly, and every state can be proven."""
