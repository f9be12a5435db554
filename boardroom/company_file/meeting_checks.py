"""Hold what the file says of a meeting against its own hours and the Board of that day."""

from itertools import combinations

from boardroom.company_file.checks import said
from boardroom.company_file.plan import BOARD, CHOICES, OTHERS

BODIES = ("directors", "committees", "officers")


def check(plan, meeting):
    """Note what contradicts itself; who sat where is asked only where the file says it soundly."""
    checks = MeetingChecks(plan, meeting)
    found = len(plan.document.problems)
    checks.check_hours()
    if len(plan.document.problems) > found:
        # What is done in a meeting follows its hours: they come first.
        return
    checks.check_what_is_done()
    checks.check_motions_alone()
    if all(plan.is_sound((body,)) for body in BODIES) and not plan.disordered:
        checks.check_people()


class MeetingChecks:
    """The checks of one meeting."""

    def __init__(self, plan, meeting):
        self.plan, self.meeting, self.clock = plan, meeting, plan.clock
        self.path, self.now = meeting.path, plan.clock.now

    def wrong(self, path, sentence):
        self.plan.wrong_at((*self.path, *path), sentence)

    def hour(self, at):
        local = at.astimezone(self.clock.zone)
        return f"{said(local.date())}, {local:%H:%M}"

    def day(self, at):
        return self.clock.day_of(at)

    # --- Hours -----------------------------------------------------------------------------

    def check_hours(self):
        """A meeting is scheduled, noticed, opened and adjourned, in this order."""
        meeting = self.meeting
        if not (meeting.said.get("place") or meeting.said.get("dial_in")):
            self.wrong((), "Say where it is held (“place”), or how to join it (“dial_in”).")
        if meeting.said.get("adjourned") is True:
            self.wrong(("adjourned",), "“adjourned” is the hour when it ended, or false.")
        self.check_order()
        self.check_time()

    def check_what_is_done(self):
        """Everybody comes and goes within the hours of the meeting, and the session after them."""
        for index, presence in enumerate(self.meeting.presences):
            self.check_presence(presence, self.meeting.presences[:index])
        self.check_session_hours()

    def check_order(self):
        meeting = self.meeting
        steps = (
            ("scheduled", meeting.scheduled),
            ("notice", meeting.notice),
            ("opened", meeting.opened),
            ("adjourned", meeting.adjourned),
        )
        taken = [(name, at) for name, at in steps if at]
        for (before, first), (after, then) in zip(taken, taken[1:], strict=False):
            if then < first:
                where = after if after in meeting.said else before
                self.wrong(
                    (where,),
                    f"It is out of order: “{after}” is {self.hour(then)}, before “{before}”, "
                    f"{self.hour(first)}.",
                )
        if meeting.scheduled > meeting.starts:
            self.wrong(("scheduled",), "It is put on the calendar after the hour it is called for.")

    def check_time(self):
        """What the file says has happened lies behind, and a meeting behind has been held."""
        meeting = self.meeting
        for name in ("scheduled", "notice"):
            at = getattr(meeting, name)
            if at and at > self.now:
                self.wrong((name,), f"“{name}” lies ahead: {self.hour(at)} has not come yet.")
        if meeting.opened is None and meeting.starts <= self.now:
            self.wrong(
                ("starts",),
                f"Its hour has passed ({self.hour(meeting.starts)}), and the file does not say who "
                "was present. Add “attendance”, or leave the meeting out.",
            )
        if meeting.opened and meeting.opened > self.now:
            where = "opened" if "opened" in meeting.said else "attendance"
            self.wrong((where,), f"It has not begun yet: {self.hour(meeting.opened)} lies ahead.")
        elif meeting.adjourned and meeting.adjourned > self.now:
            where = "adjourned" if "adjourned" in meeting.said else "starts"
            self.wrong(
                (where,),
                f"It would end at {self.hour(meeting.adjourned)}, which lies ahead. Write "
                "“adjourned: false” for a meeting that is in session.",
            )
        for name in ("opened", "adjourned"):
            if name in meeting.said and meeting.opened is None:
                self.wrong((name,), "Say who was present too: add “attendance”.")

    def check_presence(self, presence, earlier):
        path = presence.path[len(self.path) :]
        meeting = self.meeting
        end = meeting.adjourned or self.now
        if presence.until and presence.until <= presence.since:
            self.wrong(path, f"{self.name(presence.person)} leaves before coming.")
        elif presence.since < meeting.scheduled or presence.since > end:
            self.wrong(path, f"{self.name(presence.person)} comes outside the meeting’s hours.")
        elif presence.until and presence.until > end:
            self.wrong(path, f"{self.name(presence.person)} leaves after the meeting’s end.")
        for other in earlier:
            same = other.person == presence.person
            apart = (other.until and other.until <= presence.since) or (
                presence.until and presence.until <= other.since
            )
            if same and not apart:
                self.wrong(path, f"{self.name(presence.person)} is listed here twice.")

    def check_session_hours(self):
        meeting, session = self.meeting, self.meeting.session
        if session is None:
            return
        if not (meeting.is_of_the_board and meeting.is_regular):
            self.wrong(("session",), "An executive session follows a regular Board meeting only.")
        if not meeting.is_over:
            for key in session.said:
                if key != "matters":
                    self.wrong(
                        ("session", key),
                        "The meeting is not over: only “matters” are noted beforehand.",
                    )
            return
        if session.begins < meeting.adjourned:
            self.wrong(("session", "begins"), "It begins before the Board meeting has ended.")
        if session.ends <= session.begins:
            self.wrong(("session", "ends"), "It ends before it has begun.")
        if session.ends > self.now:
            where = ("session", "ends") if "ends" in session.said else ("session",)
            self.wrong(where, f"It ends at {self.hour(session.ends)}, which lies ahead.")

    # --- Motions by themselves ---------------------------------------------------------------

    def check_motions_alone(self):
        for motion in self.meeting.motions.values():
            path = motion.path[len(self.path) :]
            if motion.said.get("seconder") == motion.said["mover"]:
                self.wrong((*path, "seconder"), "A motion is seconded by another than its mover.")
            self.check_stand(motion, path)
            if motion.stands in ("voting", "closed"):
                self.check_vote_hours(motion, path)
            self.check_roll(motion, path)

    def check_stand(self, motion, path):
        meeting, stands = self.meeting, motion.stands
        where = (*path, "stands") if "stands" in motion.said else path
        if stands in ("voting", "closed") and meeting.opened is None:
            self.wrong(where, "There is no vote on it before the meeting has begun.")
        if stands == "voting" and meeting.is_over:
            self.wrong(where, "The meeting is over, so no vote is open in it.")
        if stands in ("drafted", "before_meeting"):
            for key in ("votes", "result", "opened", "closed"):
                if key in motion.said:
                    self.wrong((*path, key), "There was no vote on it: say so, or leave this out.")
        if stands == "voting":
            for key in ("result", "closed"):
                if key in motion.said:
                    self.wrong((*path, key), "Its vote is still open.")

    def check_vote_hours(self, motion, path):
        meeting = self.meeting
        end = meeting.adjourned or self.now
        if meeting.opened and motion.opened < meeting.opened:
            self.wrong((*path, "opened"), "The vote is opened before the meeting is.")
        if motion.opened > end:
            self.wrong(self.place(motion, path, "opened"), "The vote is opened after the end.")
        if motion.stands == "closed":
            if motion.closed <= motion.opened:
                self.wrong((*path, "closed"), "The vote is closed before it is opened.")
            elif motion.closed > end:
                self.wrong(self.place(motion, path, "closed"), "The vote is closed after the end.")

    def place(self, motion, path, key):
        return (*path, key) if key in motion.said else path

    def check_roll(self, motion, path):
        """Each director is named once, and the others in one place."""
        seen = set()
        for choice in CHOICES:
            named = motion.votes.get(choice)
            if named == OTHERS:
                if OTHERS in seen:
                    self.wrong((*path, "votes", choice), "“others” can stand in one place only.")
                seen.add(OTHERS)
                continue
            for number, person in enumerate(named or []):
                if person in seen:
                    self.wrong(
                        (*path, "votes", choice, number), f"{self.name(person)} votes twice."
                    )
                seen.add(person)

    def name(self, key):
        return self.plan.name(key)

    # --- People --------------------------------------------------------------------------------

    def check_people(self):
        """Who acts here is in office, a member, present, and not recused."""
        meeting, plan = self.meeting, self.plan
        if not meeting.is_of_the_board:
            rows = [row for row in plan.committees if row.path[-1] == meeting.body]
            if not any(row.covers(self.day(meeting.starts)) for row in rows):
                self.wrong(("body",), "The committee does not stand on that day.")
        elif not plan.number_of_seats(self.day(meeting.starts)):
            self.wrong(
                ("starts",),
                "“bylaws” fix no number of seats for that day, so no quorum can be counted.",
            )
        self.check_secretary()
        self.check_members(meeting.opened)
        self.check_recusals()
        for key, motion in meeting.motions.items():
            self.check_motion(key, motion)
        self.check_session_people()

    def check_secretary(self):
        """Somebody wrote it down: the Corporate Secretary of each day."""
        meeting = self.meeting
        for name in ("scheduled", "notice", "opened", "adjourned"):
            at = getattr(meeting, name)
            if not at:
                continue
            key = self.plan.secretary(self.day(at))
            if key is None:
                sentence = f"Nobody was Corporate Secretary on {said(self.day(at))}"
            elif not self.plan.value(("people", key, "email")):
                sentence = f"{self.name(key)}, Corporate Secretary, has no e-mail address"
            else:
                continue
            where = (name,) if name in meeting.said else ("starts",)
            self.wrong(where, f"{sentence}, so nobody can have arranged this meeting.")
            return

    def check_members(self, opened):
        for presence in self.meeting.presences:
            path = presence.path[len(self.path) :]
            self.check_member(presence.person, presence.since, path)
        before = self.meeting.notice or self.meeting.scheduled
        for person in self.meeting.said.get("replies", {}):
            self.check_member(person, before, ("replies", person))
            self.check_account(person, ("replies", person))

    def check_member(self, person, at, path):
        """Whether the person was a member of the body; says so if not."""
        if person in self.plan.members(self.meeting.body, self.day(at)):
            return True
        body = "the Board" if self.meeting.body == BOARD else "the committee"
        self.wrong(path, f"{self.name(person)} is no member of {body} on {said(self.day(at))}.")
        return False

    def check_account(self, person, path):
        if not self.plan.value(("people", person, "email")):
            self.wrong(path, f"{self.name(person)} has no e-mail address, and so no account.")

    def check_recusals(self):
        otherwise = self.meeting.opened or self.meeting.notice or self.meeting.scheduled
        end = self.meeting.adjourned or self.now
        for number, item in enumerate(self.meeting.agenda):
            rows = item.get("recused", [])
            for index, row in enumerate(rows):
                path = ("agenda", number, "recused", index)
                at = self.clock.instant(row["at"]) if "at" in row else otherwise
                self.check_member(row["person"], at, (*path, "person"))
                if not self.meeting.scheduled <= at <= end:
                    self.wrong((*path, "at"), "It is recorded outside the meeting’s time.")
            for one, other in combinations(range(len(rows)), 2):
                if rows[one]["person"] == rows[other]["person"]:
                    path = ("agenda", number, "recused", other, "person")
                    self.wrong(path, f"{self.name(rows[other]['person'])} is recused here twice.")

    def check_motion(self, key, motion):
        path = motion.path[len(self.path) :]
        for role in ("mover", "seconder"):
            if role in motion.said:
                self.check_member(motion.said[role], motion.put, (*path, role))
        if motion.stands not in ("voting", "closed") or not self.meeting.opened:
            return
        voters = self.plan.voters(self.meeting, key)
        recused = self.plan.recused(self.meeting, key[0])
        for person, _, place in self.plan.roll_call(self.meeting, key):
            where = place[len(self.path) :]
            if person in recused:
                self.wrong(where, f"{self.name(person)} is recused from this item: no vote.")
            elif person not in voters:
                at = self.hour(motion.opened)
                self.wrong(where, f"{self.name(person)} is not present for this vote ({at}).")
            elif not self.meeting.is_over:
                self.check_account(person, where)

    # --- The executive session -----------------------------------------------------------------

    def check_session_people(self):
        meeting, session = self.meeting, self.meeting.session
        if session is None or not (meeting.is_of_the_board and meeting.is_regular):
            return
        path = ("session",)
        lead = self.plan.lead(self.day(session.begins))
        if not meeting.is_over:
            if lead is None:
                self.wrong(path, "Nobody is Lead Independent Director to note these matters.")
            return
        independent = self.plan.independent(self.day(session.begins))
        present = self.plan.in_session(meeting)
        for number, person in enumerate(session.said.get("present", [])):
            if person not in independent:
                self.wrong(
                    (*path, "present", number),
                    f"{self.name(person)} is not an independent director on that day.",
                )
            self.check_account(person, (*path, "present", number))
        if len(set(present)) < 2:
            self.wrong(path, "Fewer than two independent directors are there: no session is held.")
        self.check_presider(lead in present, set(present) - {lead})

    def check_presider(self, lead_is_there, electors):
        chosen = self.meeting.session.said.get("chosen_by")
        path = ("session",)
        if lead_is_there and chosen is not None:
            self.wrong((*path, "chosen_by"), "The Lead Independent Director is there and presides.")
        elif not lead_is_there and chosen is None:
            self.wrong(
                path,
                "The Lead Independent Director is not there: say in “chosen_by” who chose whom.",
            )
        for person, candidate in (chosen or {}).items():
            for one in {person, candidate} - electors:
                self.wrong(
                    (*path, "chosen_by", person),
                    f"{self.name(one)} is not among the independent directors in the room.",
                )
