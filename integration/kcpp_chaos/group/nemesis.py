"""Does to the members what the schedule says, and sees that they do what they are told."""

import time

from .schedule import ADD, FIRST, FREEZE, KILL, STOP, THAW

END_SECONDS = 15  # for a member that was told to
LOOK_SECONDS = 0.2


class Nemesis:
    def __init__(self, start_member, clocks, say, end_seconds=END_SECONDS):
        """`start_member` starts the member of a number."""
        self.start_member, self.clocks, self.say = start_member, clocks, say
        self.end_seconds = end_seconds
        self.members = []
        self.steps = []
        self.died = []  # those that ended without being told to, or not as they should
        self.begin = time.monotonic()
        for number in range(FIRST):
            self.members.append(start_member(number))

    def run(self, steps, goes_on):
        """One step after the other, as long as no member dies by itself and `goes_on`."""
        for step in steps:
            if not self.wait(self.begin + step.at, goes_on):
                return
            self.act(step)

    def act(self, step):
        self.say(f"{time.monotonic():.3f} s (+{step.at:.0f} s): {step}")
        if step.kind == ADD:
            self.members.append(self.start_member(step.member))
        else:
            self._ACT[step.kind](self.members[step.member])
        self.steps.append(step)

    def wait(self, until, goes_on=lambda: True):
        """False if something went wrong meanwhile."""
        while not self.died and goes_on():
            self.look()
            left = until - time.monotonic()
            if left <= 0:
                return True
            time.sleep(min(left, LOOK_SECONDS))
        return False

    def look(self):
        self.clocks.look()
        for member in self.members:
            if member in self.died or member.killed:
                continue
            if member.alive():
                asked = member.asked_to_stop
                if asked and time.monotonic() > asked + self.end_seconds:
                    self.died.append(member)
            elif not member.went_well():
                self.died.append(member)

    def stop_all(self):
        """Has all members close at once, and waits for it."""
        for member in self.members:
            if member.is_frozen():  # where the schedule was broken off
                member.thaw()
            if member.alive() and not member.asked_to_stop:
                member.stop()
        while any(member.alive() for member in self.members if member not in self.died):
            time.sleep(LOOK_SECONDS)
            self.look()
        self.look()

    def end(self):
        for member in self.members:
            member.end()

    def absences(self, session):
        """When a member was frozen, or had been killed and was not missed yet: [(begin, end)]."""
        frozen = [span for member in self.members for span in member.freezes]
        return frozen + [(member.killed, member.killed + session)
                         for member in self.members if member.killed]

    _ACT = {KILL: lambda member: member.kill(), STOP: lambda member: member.stop(),
            FREEZE: lambda member: member.freeze(), THAW: lambda member: member.thaw()}
