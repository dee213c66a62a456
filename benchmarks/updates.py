"""Updates a second from end to end, how long an answer takes, memory and start-up: `python -m benchmarks.updates`.

Each subject is a process of its own that polls the load generator, which plays the Bot API server. Subjects take turns,
round by round, so that a machine that slows down slows all of them; each ratio is of two runs of the same round.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.load import BATCH, CHATS, Paced, Phase, Saturated
from benchmarks.machine import LOAD_CORE, pin
from benchmarks.runs import ROOT, Run, Subject, bench_databases, run_subject
from benchmarks.tables import percentile, spread, table

CEILING = Subject("ceiling", "raw sockets: the load generator's own ceiling", ("-m", "benchmarks.subjects.raw_sockets"))
PTB = Subject("ptb", "python-telegram-bot, echo", ("-m", "benchmarks.subjects.ptb_echo"))
AIOGRAM = Subject("aiogram", "aiogram 3, echo", ("-m", "benchmarks.subjects.aiogram_echo"))
PTB_COMMIT = Subject(
    "ptb-commit", "python-telegram-bot, echo, PostgreSQL commit", ("-m", "benchmarks.subjects.ptb_commit"), "postgresql"
)
AIOGRAM_COMMIT = Subject(
    "aiogram-commit", "aiogram 3, echo, PostgreSQL commit", ("-m", "benchmarks.subjects.aiogram_commit"), "postgresql"
)
OURS_POSTGRESQL = Subject(
    "ours-postgresql", "**this bot, echo, PostgreSQL**", ("-m", "benchmarks.subjects.ours_echo"), "postgresql"
)
OURS_SQLITE = Subject("ours-sqlite", "**this bot, echo, SQLite**", ("-m", "benchmarks.subjects.ours_echo"), "sqlite")
PRODUCT = (str(ROOT / "main.py"), "run")
PRODUCT_POSTGRESQL = Subject("product-postgresql", "this bot, /help, PostgreSQL", PRODUCT, "postgresql", "/help")
PRODUCT_SQLITE = Subject("product-sqlite", "this bot, /help, SQLite", PRODUCT, "sqlite", "/help")
WRITING_POSTGRESQL = Subject("writing-postgresql", "this bot, /submit, PostgreSQL", PRODUCT, "postgresql", "/submit")
WRITING_SQLITE = Subject("writing-sqlite", "this bot, /submit, SQLite", PRODUCT, "sqlite", "/submit")
SUBJECTS = (
    CEILING,
    PTB,
    AIOGRAM,
    PTB_COMMIT,
    AIOGRAM_COMMIT,
    OURS_POSTGRESQL,
    OURS_SQLITE,
    PRODUCT_POSTGRESQL,
    PRODUCT_SQLITE,
    WRITING_POSTGRESQL,
    WRITING_SQLITE,
)
PEERS = {PTB: "PTB echo", PTB_COMMIT: "PTB commit", AIOGRAM_COMMIT: "aiogram commit"}
"""Whom the others are compared with, and what they are called there."""
PACED = (OURS_POSTGRESQL, OURS_SQLITE)
GOALS = (
    (PTB, 50, 25.0),
    (AIOGRAM_COMMIT, 0, 1.0),
    (AIOGRAM_COMMIT, 50, 1.0),
    (PTB_COMMIT, 0, 2.5),
    (PTB_COMMIT, 50, 2.5),
)
"""For the bot on PostgreSQL: a peer, the milliseconds that a call takes, at least how many times the peer's rate."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured. Latencies in milliseconds, each load's rate with its seconds."""

    rounds: int = 3
    seconds: float = 3.0
    latencies: tuple[int, ...] = (0, 50)
    paces: tuple[tuple[int, float], ...] = ((10, 12.0), (100, 6.0), (300, 5.0))
    subjects: tuple[Subject, ...] = SUBJECTS

    def phases(self, subject: Subject) -> list[Phase]:
        saturated: list[Phase] = [Saturated(latency / 1000, self.seconds) for latency in self.latencies]
        paced: list[Phase] = [Paced(rate, PACED_LATENCY, seconds) for rate, seconds in self.paces]
        return saturated + paced if subject in PACED else saturated


PACED_LATENCY = 0.05
"""Seconds that a sendMessage takes while answers are timed; they end when it arrives, so it is not part of them."""
HOW = """\
From the answer to `getUpdates` to the `sendMessage` that answers an update, over HTTP. Rounds: {rounds}, {seconds:g} s
each; medians and (min–max); a ratio is of two runs of one round. Each bot has one core with all its threads; the load
generator and PostgreSQL share the other. The generator has full batches of {batch} updates ready, of {chats} chats with
at most one update under way in each, and answers a `sendMessage` after 0 or 50 ms; all other calls at once.

*Commit*: one `INSERT` of the update on asyncpg's pool, committed before the answer. *This bot* does all that it does in
production: the durable inbox, the check of the session, one transaction an update, the mark when it is answered. Every
chat is a worker's who is logged in. The transaction of an echo or of /help is the one statement that notes what is to
be shown, committed before it is; /submit reads the categories, begins a draft and writes where the conversation is, all
of it in one transaction through SQLAlchemy. PostgreSQL has `fsync` and `synchronous_commit` on, SQLite `synchronous =
FULL`.
The peers have the settings that they come with; aiogram takes uvloop by itself where it is installed, and it is.

The last two columns are the processor time that an update took: other load on the machine hardly changes it. What is
missing to the whole time is waiting: for the disk, or for the core that PostgreSQL and the generator share."""
HOW_ANSWERS = """\
From the moment at which an update arrives at the Bot API server, whether the bot is ready or not, to its `sendMessage`.
Updates arrive at random moments (Poisson), on average so many a second; a call takes 50 ms, which is not part of it."""
HOW_RESOURCES = """\
Resident memory a second after the first poll, and at its highest. The start is from the process's to its first
`getUpdates`, on a database that exists."""
QUICK = Plan(rounds=1, seconds=1.5, paces=((100, 3.0),))

Runs = dict[Subject, list[Run]]


def measure(plan: Plan) -> Runs:
    """All subjects, round by round; progress goes to stderr."""
    runs: Runs = {subject: [] for subject in plan.subjects}
    with bench_databases() as databases:
        for number in range(plan.rounds):
            for subject in plan.subjects:
                run = run_subject(subject, databases, plan.phases(subject))
                runs[subject].append(run)
                rates = ", ".join(
                    f"{run.played[phase].rate:,.0f}/s at {latency} ms ({run.cpu_milliseconds(phase):.2f} + "
                    f"{run.server_cpu_milliseconds(phase):.2f} ms CPU each)"
                    for phase, latency in enumerate(plan.latencies)
                )
                print(f"round {number + 1} {subject.key:18} {rates}", file=sys.stderr, flush=True)
    return runs


def ratios(runs: Runs, subject: Subject, peer: Subject, phase: int) -> list[float]:
    """How many times a peer's rate, by round."""
    pairs = zip(runs[subject], runs[peer], strict=True)
    return [ours.played[phase].rate / theirs.played[phase].rate for ours, theirs in pairs]


def rates_table(runs: Runs, phase: int) -> str:
    peers = [peer for peer in PEERS if peer in runs]
    rows = [
        [
            subject.title,
            spread([run.played[phase].rate for run in made]),
            *(f"{median(ratios(runs, subject, peer, phase)):.2f}" for peer in peers),
            f"{median(run.cpu_milliseconds(phase) for run in made):.2f}",
            f"{median(run.server_cpu_milliseconds(phase) for run in made):.2f}"
            if subject.engine == "postgresql"
            else "",
        ]
        for subject, made in runs.items()
    ]
    against = [f"× {PEERS[peer]}" for peer in peers]
    return table(["bot", "updates a second", *against, "ms of the bot", "ms of PostgreSQL"], rows)


def goals_table(runs: Runs, latencies: Sequence[int]) -> str:
    rows = []
    for peer, latency, least in GOALS:
        if latency in latencies and {peer, OURS_POSTGRESQL} <= runs.keys():
            found = ratios(runs, OURS_POSTGRESQL, peer, latencies.index(latency))
            verdict = "reached" if median(found) >= least else "missed"
            rows.append([f"× {PEERS[peer]}, {latency} ms", f"{least:g}", spread(found, 2), verdict])
    return table(["this bot, echo, PostgreSQL", "goal", "found", ""], rows) if rows else ""


def resources_table(runs: Runs) -> str:
    rows = [
        [
            subject.title,
            spread([run.start_seconds for run in made], 2),
            spread([run.rest_megabytes for run in made]),
            spread([run.peak_megabytes for run in made]),
        ]
        for subject, made in runs.items()
    ]
    return table(["bot", "seconds to its first poll", "MB at rest", "MB at peak"], rows)


def answers_table(runs: Runs, plan: Plan) -> str:
    rows = []
    for subject in PACED:
        for place, (rate, _) in enumerate(plan.paces, len(plan.latencies)):
            times = [1000 * each for run in runs.get(subject, ()) for each in run.played[place].times]
            if times:
                shares = [f"{percentile(times, share):,.1f}" for share in (0.5, 0.95, 0.99)]
                rows.append([subject.title, str(rate), *shares, f"{len(times):,}"])
    return table(["bot", "updates a second", "p50, ms", "p95", "p99", "answers"], rows) if rows else ""


def markdown(plan: Plan, runs: Runs) -> str:
    parts = [
        "## Updates, from end to end",
        HOW.format(rounds=plan.rounds, seconds=plan.seconds, batch=BATCH, chats=CHATS),
    ]
    for phase, latency in enumerate(plan.latencies):
        parts += [f"### A call takes {latency} ms", rates_table(runs, phase)]
    if goals := goals_table(runs, plan.latencies):
        parts += ["### Goals", goals]
    if answers := answers_table(runs, plan):
        parts += [
            "### How long an answer takes",
            HOW_ANSWERS,
            answers,
        ]
    parts += [
        "### Memory and start-up",
        HOW_RESOURCES,
        resources_table(runs),
    ]
    return "\n\n".join(parts)


def section() -> str:
    pin(LOAD_CORE)
    plan = Plan()
    return markdown(plan, measure(plan))


def main() -> None:
    keys = {subject.key: subject for subject in SUBJECTS}
    parser = argparse.ArgumentParser(description="Updates a second, answer times, memory and start-up.")
    parser.add_argument("--quick", action="store_true", help="one short round")
    parser.add_argument("--subject", action="append", choices=list(keys), help="only this one; may be repeated")
    parser.add_argument("--latency", type=int, action="append", help="milliseconds of a sendMessage; may be repeated")
    parser.add_argument("--rounds", type=int)
    given = parser.parse_args()
    usual = QUICK if given.quick else Plan()
    plan = Plan(
        rounds=given.rounds or usual.rounds,
        seconds=usual.seconds,
        latencies=tuple(given.latency or usual.latencies),
        paces=usual.paces,
        subjects=tuple(keys[key] for key in dict.fromkeys(given.subject)) if given.subject else SUBJECTS,
    )
    pin(LOAD_CORE)
    print(markdown(plan, measure(plan)))


if __name__ == "__main__":
    main()
