"""The promises of the house, put to the test on its worst day: a real process, and everything that can happen to it.

    uv run python -m benchmarks.chaos kills --kills 60 --seed 1

The bot is `stridecheck run` in a process of its own, talking HTTP to the simulator, which never dies: its journal is
the witness. Failpoints and deliberate bugs are put in from outside (child.py): the product knows nothing of them.
"""
