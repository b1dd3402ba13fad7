"""The role of a group: members that read what a feeder writes, while they are killed, frozen, added
and stopped."""
