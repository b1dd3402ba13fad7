"""What integration/chaos is made of: a client at work on a cluster that is broken on purpose."""
