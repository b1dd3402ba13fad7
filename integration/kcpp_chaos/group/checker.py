"""Compares what the members were handed out with what the brokers hold and the group committed. No
I/O, no clock."""

from array import array

from ..checker import overlap
from .commits import History
from .content import Content
from .ledger import CLOSED
from .verdict import Limits, Verdict


def check(seen, limits=Limits()):
    return _Checker(seen, limits).check()


class _Checker:
    def __init__(self, seen, limits):
        self.seen, self.limits = seen, limits
        self.verdict = Verdict()
        self.add = self.verdict.findings.add
        self.handed_out = {place: bytearray(len(of)) for place, of in seen.content.items()}
        self.times = {place: array("d") for place in seen.content}
        self.stays = [stay for ledger in seen.ledgers.values() for stay in ledger.stays]

    def check(self):
        for stay in self.stays:
            self._check_begin(stay)
            self._check_stay(stay)
        for ledger in self.seen.ledgers.values():
            self._check_member(ledger)
            self._check_farewell(ledger)
        for place in self.seen.content:
            self._check_handed_out(place)
            self._check_commits(place)
            self._check_stalls(place)
            self._count_repeats(place)
        return self.verdict

    def _history(self, place):
        return self.seen.history.get(place, History())

    def _check_begin(self, stay):
        """It may not begin above what is committed: what is between was worked on by nobody."""
        if stay.empty():
            return
        at = stay.handed_out_at()
        committed = self._history(stay.place).highest(at + self.limits.clocks)
        if stay.first() > committed:
            self.add("passed over", f"{stay}@{committed} to @{stay.first() - 1}: member "
                                    f"{stay.member} began behind them at {at:.3f} s",
                     stay.first() - committed)

    def _check_stay(self, stay):
        following, history = None, self._history(stay.place)
        for run in stay.runs():
            if following not in (None, run.first):
                self.add("out of order", f"{stay}@{run.first}: behind @{following - 1} in member "
                                         f"{stay.member} at {run.end:.3f} s")
            following = run.behind
            self._check_content(stay.member, stay.place, run)
            committed = history.highest(run.end - self.limits.clocks)
            if run.first < committed:
                self._add_below(stay, run, committed)

    def _check_content(self, member, place, run):
        content = self.seen.content.get(place, Content())
        if run.behind > len(content) or content.checksum(run.first, run.count) != run.checksum:
            self.add("damaged", f"{place[0]}-{place[1]}@{run.first}, {run.count} records: in "
                                f"member {member} at {run.end:.3f} s", run.count)
            return
        self.handed_out[place][run.first:run.behind] = b"\1" * run.count
        self.times[place].append(run.end)

    def _add_below(self, stay, run, committed):
        below = min(run.behind, committed) - run.first
        thaw = max((end for _, end in self.seen.freezes.get(stay.member, []) if end <= run.end),
                   default=None)
        if thaw is not None and run.begin < thaw and run.end - thaw <= self.limits.thaw:
            self.verdict.at_thaw += below
            return
        since = f"{run.end - thaw:.4f} s after its thaw" if thaw else "which was never frozen"
        self.add("below commits", f"{stay}@{run.first}, {below} records: in member {stay.member}, "
                                  f"{since}, at {run.end:.3f} s, when @{committed} was committed",
                 below)

    def _check_member(self, ledger):
        for place, run in ledger.strays:
            self.add("not its own", f"{place[0]}-{place[1]}@{run.first}, {run.count} records: in "
                                    f"member {ledger.member} at {run.end:.3f} s", run.count)
            self._check_content(ledger.member, place, run)
        for time, place, offset in ledger.commits:
            if self._history(place).highest(time + self.limits.clocks) < offset:
                self.add("commits lost", f"{place[0]}-{place[1]}@{offset}, told to member "
                                         f"{ledger.member} at {time:.3f} s")
        if ledger.closed and ledger.closed - ledger.closing > self.limits.close:
            self.add("died", f"member {ledger.member} took {ledger.closed - ledger.closing:.1f} s "
                             f"to close, until {ledger.closed:.3f} s")
        for time, reason in ledger.failures:
            self.add("failed", f"member {ledger.member} at {time:.3f} s: {reason}")

    def _check_farewell(self, ledger):
        """Who left in good order has committed all, and nobody is handed anything of it again."""
        if ledger.closed is None or self._just_thawed(ledger):
            return
        for stay in ledger.stays:
            if stay.how != CLOSED or stay.empty():
                continue
            committed = self._history(stay.place).highest(ledger.closed + self.limits.clocks)
            if committed < stay.behind():
                self.add("not committed", f"{stay}@{committed} to @{stay.behind() - 1}: member "
                                          f"{ledger.member}, which closed at {ledger.closed:.3f} s",
                         stay.behind() - committed)
            self._check_repeats(stay, ledger.closed)

    def _just_thawed(self, ledger):
        """It may not know yet that it is out of its group."""
        return any(begin < ledger.closed and ledger.closing < end + self.limits.settled
                   for begin, end in self.seen.freezes.get(ledger.member, []))

    def _check_repeats(self, left, closed):
        for stay in self.stays:
            if stay.place != left.place or stay.empty() or stay.handed_out_at() <= closed:
                continue
            again = left.behind() - max(stay.first(), left.first())
            if again > 0:
                self.add("repeated", f"{stay}@{stay.first()}, {again} records: in member "
                                     f"{stay.member} at {stay.handed_out_at():.3f} s; member "
                                     f"{left.member} had closed at {closed:.3f} s", again)

    def _check_handed_out(self, place):
        committed = self._history(place).last()
        handed_out = self.handed_out[place]
        at = handed_out.find(0)
        while at >= 0:
            end = handed_out.find(1, at)
            end = len(handed_out) if end < 0 else end
            for check, first, behind in (("skipped", at, min(end, committed)),
                                         ("left over", max(at, committed), end)):
                if first < behind:
                    self.add(check, f"{place[0]}-{place[1]}@{first} to @{behind - 1}; "
                                    f"@{committed} is committed", behind - first)
            at = handed_out.find(0, end)

    def _check_commits(self, place):
        for time, offset, before in self._history(place).steps_back():
            self.add("taken back", f"{place[0]}-{place[1]}: @{offset} at {time:.3f} s, when "
                                   f"@{before} was committed")

    def _check_stalls(self, place):
        """Between two records, all members may be awake for `limits.stall`."""
        calm = self.seen.calm
        if not calm:
            return
        times = [calm[0][0], *sorted(self.times[place]), calm[-1][1]]
        pairs = list(zip(times, times[1:]))
        for since, until in pairs:
            stood = overlap(calm, since, until) if until - since > self.limits.stall else 0
            if stood > self.limits.stall:
                self.add("stalled", f"{place[0]}-{place[1]}: nothing from {since:.3f} to "
                                    f"{until:.3f} s, {stood:.1f} s of that with all members awake")
        since, until = max(pairs, key=lambda pair: pair[1] - pair[0])
        self.verdict.gaps.append((until - since, place, since))

    def _count_repeats(self, place):
        """At least once: what is not committed comes again. It is told, and no finding."""
        stays = sorted((stay for stay in self.stays if stay.place == place and not stay.empty()),
                       key=lambda stay: stay.handed_out_at())
        furthest = None
        for stay in stays:
            if furthest and stay.first() < furthest.behind():
                self.verdict.repeats[furthest.how] += furthest.behind() - stay.first()
            if not furthest or stay.behind() > furthest.behind():
                furthest = stay
