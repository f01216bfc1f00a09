"""How fast ballotwatch is, beside what others offer: ``make bench`` measures, and writes docs/speed.md with its picture."""
