"""Hold a meeting of the file again: every step by the verb of its room, at the hour it was taken.

So the record has the entries, the history and the counts that it would have, had the meeting been
held in the portal.
"""

from datetime import timedelta
from functools import partial

from governance.decisions import operations as decisions
from governance.meetings import attending, sessions
from governance.meetings import operations as meetings
from governance.meetings.access import may_preside, presiders, stand_ins
from governance.records.models import Company
from governance.refusals import Refused

METHOD = "company file"
BETWEEN_BALLOTS = timedelta(seconds=10)
RESULTS = {"passed": "carried", "failed": "not_carried", "inquorate": "no_quorum"}


class Replay:
    """One meeting of the file: its steps in the order of their hours."""

    def __init__(self, plan, loader):
        self.plan, self.loader, self.clock = plan, loader, loader.clock
        self.people, self.users = loader.people, loader.users
        self.meeting = self.session = None
        self.items, self.motions = {}, {}
        self.steps = []
        # Where in the file the step stands that is being taken.
        self.path = plan.path

    def __iter__(self):
        """The place of whatever was refused."""
        return iter(self.path)

    def run(self):
        self.call()
        self.plan_steps()
        for at, path, step in sorted(self.steps, key=lambda one: one[0]):
            self.path = path
            step(at=at)
        return self.meeting

    def step(self, at, path, verb, *args, **facts):
        self.steps.append((at, path, partial(verb, *args, **facts)))

    def secretary(self, at):
        """Who wrote it down: the Corporate Secretary of that day."""
        return self.users[self.plan_of_all.secretary(self.day(at))]

    @property
    def plan_of_all(self):
        return self.loader.plan

    def day(self, at):
        return at.astimezone(self.clock.zone).date()

    def words(self, text):
        return self.clock.words(text)

    # --- Calling the meeting -----------------------------------------------------------------

    def call(self):
        """Draft it with its agenda, then put it on the calendar."""
        plan, said, at = self.plan, self.plan.said, self.plan.scheduled
        by = self.secretary(at)
        self.meeting = meetings.create_meeting(
            committee=None if plan.is_of_the_board else self.loader.committees[plan.body],
            kind=said.get("kind", "regular"),
            starts_at=plan.starts,
            name=self.words(said.get("name", "")),
            backfilled=plan.is_over,
            minutes=plan.minutes,
            place=said.get("place", ""),
            dial_in=said.get("dial_in", ""),
            by=by,
            at=at,
        )
        for number, item in enumerate(plan.agenda):
            self.path = (*plan.path, "agenda", number)
            presenter = item.get("presenter")
            self.items[number] = meetings.add_item(
                self.meeting,
                title=self.words(item["title"]),
                purpose=item.get("purpose", "discuss"),
                minutes=item.get("minutes", 15),
                presenter=self.people[presenter] if presenter else None,
                tags=item.get("tags", ()),
                by=by,
                at=at,
            )
        self.path = plan.path
        meetings.schedule(self.meeting, by=by, at=at)
        self.session = self.meeting.executive_sessions.first()

    # --- The steps after it --------------------------------------------------------------------

    def plan_steps(self):
        """Steps of one hour keep this order."""
        plan = self.plan
        if plan.notice:
            self.step(plan.notice, (*plan.path, "notice"), self.give_notice)
        self.plan_replies()
        if plan.session and not plan.is_over:
            self.step(self.beforehand(), plan.session.path, self.note_beforehand)
        for presence in plan.presences:
            self.step(presence.since, presence.path, self.arrive, presence)
        if plan.opened:
            self.step(plan.opened, plan.path, self.call_to_order)
        self.plan_recusals()
        for key, motion in plan.motions.items():
            self.plan_motion(key, motion)
        for presence in plan.presences:
            if presence.until:
                self.step(presence.until, presence.path, self.leave, presence)
        if plan.adjourned:
            self.step(plan.adjourned, plan.path, self.adjourn)
        if plan.session and plan.is_over:
            self.step(plan.session.begins, plan.session.path, self.hold_session)

    def beforehand(self):
        """When things happen that happen before a meeting."""
        return self.plan.notice or self.plan.scheduled

    def give_notice(self, *, at):
        meetings.give_notice(self.meeting, by=self.secretary(at), at=at)

    def call_to_order(self, *, at):
        meetings.call_to_order(self.meeting, by=self.secretary(at), at=at)

    def adjourn(self, *, at):
        meetings.adjourn(self.meeting, by=self.presider(at), at=at)

    def presider(self, at):
        """Who presides over a meeting of today; one of the past is entered by the secretary."""
        if self.meeting.backfilled:
            return self.secretary(at)
        day = Company.current().day_of(at)
        users = {user.person_id: user for user in self.users.values() if user}
        people = [*presiders(self.meeting, day), *stand_ins(self.meeting, day)]
        able = [users[key] for key in people if key in users]
        user = next((one for one in able if may_preside(one, self.meeting, day)), None)
        if user is None:
            raise Refused("Nobody presides over this meeting who has an e-mail address.", "M-01")
        return user

    def plan_replies(self):
        for key, answer in self.plan.said.get("replies", {}).items():
            path = (*self.plan.path, "replies", key)
            self.step(self.beforehand(), path, self.reply, key, answer)

    def reply(self, key, answer, *, at):
        attending.reply(self.meeting, answer=answer, by=self.user(key), at=at)

    def user(self, key):
        """The account of a person; without one nobody answers, votes or enters."""
        user = self.users[key]
        if user is None:
            raise Refused(f"{self.people[key]} has no e-mail address, so nothing can be theirs.")
        return user

    def arrive(self, presence, *, at):
        person = self.people[presence.person]
        by = self.secretary(at)
        attending.record_arrival(self.meeting, person, mode=presence.mode, by=by, at=at)

    def leave(self, presence, *, at):
        person = self.people[presence.person]
        attending.record_departure(self.meeting, person, by=self.secretary(at), at=at)

    def plan_recusals(self):
        otherwise = self.plan.opened or self.beforehand()
        for number, item in enumerate(self.plan.agenda):
            for index, said in enumerate(item.get("recused", [])):
                path = (*self.plan.path, "agenda", number, "recused", index)
                at = self.clock.instant(said["at"]) if "at" in said else otherwise
                self.step(at, path, self.recuse, number, said)

    def recuse(self, number, said, *, at):
        meetings.record_recusal(
            self.items[number],
            self.people[said["person"]],
            mode=said["mode"],
            basis=self.words(said["basis"]),
            by=self.secretary(at),
            at=at,
        )

    # --- Motions -------------------------------------------------------------------------------

    def plan_motion(self, key, plan):
        self.step(plan.put, plan.path, self.put, key, plan)
        if plan.stands == "before_meeting":
            self.step(plan.put, plan.path, self.put_before, key)
        if plan.stands in ("voting", "closed"):
            self.step(plan.opened, plan.path, self.put_before, key)
            self.step(plan.opened, plan.path, self.open_vote, key)
            self.plan_ballots(key, plan)
        if plan.stands == "closed":
            self.step(plan.closed, plan.path, self.close_vote, key, plan)

    def plan_ballots(self, key, plan):
        """A vote of the past is entered as a roll call; in one of today each casts their own."""
        votes = self.plan_of_all.roll_call(self.plan, key)
        pause = min(BETWEEN_BALLOTS, (plan.closed - plan.opened) / (len(votes) + 1))
        if self.plan.is_over:
            path = (*plan.path, "votes")
            self.step(plan.opened + pause, path, self.enter_roll_call, key, votes)
            return
        for number, (person, choice, path) in enumerate(votes, start=1):
            self.step(plan.opened + number * pause, path, self.cast, key, person, choice)

    def enter_roll_call(self, key, votes, *, at):
        decisions.enter_roll_call(
            self.motions[key],
            {self.people[person]: choice for person, choice, _ in votes},
            by=self.secretary(at),
            at=at,
            method=METHOD,
        )

    def put(self, key, plan, *, at):
        seconder = plan.said.get("seconder")
        self.motions[key] = decisions.put_motion(
            self.items[key[0]],
            title=self.words(plan.said["title"]),
            text=self.words(plan.said["text"]),
            mover=self.people[plan.said["mover"]],
            seconder=self.people[seconder] if seconder else None,
            by=self.secretary(at),
            at=at,
        )

    def put_before(self, key, *, at):
        decisions.put_before_meeting(self.motions[key], by=self.presider(at), at=at)

    def open_vote(self, key, *, at):
        decisions.open_vote(self.motions[key], by=self.presider(at), at=at)

    def cast(self, key, person, choice, *, at):
        motion = self.motions[key]
        decisions.cast_ballot(
            motion,
            choice=choice,
            by=self.user(person),
            at=at,
            digest=motion.digest,
            method=METHOD,
        )

    def close_vote(self, key, plan, *, at):
        motion = decisions.close_vote(self.motions[key], by=self.secretary(at), at=at)
        wanted, found = plan.said.get("result"), RESULTS[motion.state]
        if wanted and wanted != found:
            self.path = (*plan.path, "result")
            raise Refused(
                f"The file says {said_result(wanted)}, but {motion.votes_for} of {motion.present} "
                f"present voted for: {said_result(found)}."
            )

    # --- The executive session -----------------------------------------------------------------

    def lead(self, at):
        key = self.plan_of_all.lead(self.day(at))
        if key is None:
            raise Refused("Nobody is Lead Independent Director that day.", provision="G-EXS-02")
        return self.user(key)

    def note_beforehand(self, *, at):
        text = self.words(self.plan.session.said.get("matters", ""))
        sessions.note_matters(self.session, text=text, by=self.lead(at), at=at)

    def hold_session(self, *, at):
        """They go in, one presides, matters are taken up, the door opens again."""
        plan = self.plan.session
        present = self.plan_of_all.in_session(self.plan)
        self.session.refresh_from_db()
        for key in present:
            sessions.enter_room(self.session, by=self.user(key), at=at)
        session = sessions.begin_session(self.session, by=self.user(present[0]), at=at)
        for number, (key, choice) in enumerate(plan.said.get("chosen_by", {}).items(), start=1):
            self.path = (*plan.path, "chosen_by", key)
            session = sessions.choose_presider(
                session,
                self.people[choice],
                by=self.user(key),
                at=at + number * BETWEEN_BALLOTS,
            )
        self.path = plan.path
        session.refresh_from_db()
        self.close_session(session)

    def close_session(self, session):
        plan = self.plan.session
        if session.presiding is None:
            raise Refused("Nobody got more than half of the ballots, so nobody presided.")
        presiding = next(user for user in self.users.values() if presides(user, session))
        if plan.said.get("matters"):
            text = self.words(plan.said["matters"])
            sessions.note_matters(session, text=text, by=presiding, at=plan.begins)
            session.refresh_from_db()
        sessions.close_session(session, by=presiding, at=plan.ends)


def presides(user, session):
    return user is not None and user.person_id == session.presiding_id


def said_result(word):
    return word.replace("_", " ")
