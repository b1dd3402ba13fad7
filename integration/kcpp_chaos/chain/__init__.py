"""A chain of groups: each reads a topic and writes the next, while members, connections and brokers
are lost."""
