"""The promises of the house, put to the test on its worst day: a real process, killed again and again.

    uv run python -m benchmarks.chaos kills --kills 60 --seed 1

Begun, not finished: kills only, no outages, broadcasts or replicas. The bot is `stridecheck run` in a process of its
own, talking HTTP to the simulator, which never dies: its journal is the witness. Failpoints and deliberate bugs are put
in from outside (child.py), so that the product knows nothing of them.
"""
