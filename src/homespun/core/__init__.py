"""The words that all packages share: messages, events, ids, clock, errors. Pure values, no library with I/O."""
