"""Follow-ups by the million: are they taken in time, and what does one cost as people grow?"""
