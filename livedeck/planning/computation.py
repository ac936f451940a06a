"""Computes what a plan needs, with the workers that a project's settings ask for."""

from collections.abc import Callable
from concurrent.futures import Future

from livedeck import devices
from livedeck.console import Terminal
from livedeck.execution.pool import Pool
from livedeck.execution.processes import installed_memory
from livedeck.execution.timings import Timings
from livedeck.execution.worker_client import Worker
from livedeck.options import Options
from livedeck.planning.compute import Computed, Computer
from livedeck.planning.prepare import Prepared
from livedeck.project import Project
from livedeck.slides.deck import Settings
from livedeck.store.entry import Entry
from livedeck.store.remote import Remote, address
from livedeck.store.store import Store


def compute(
    project: Project,
    prepared: Prepared,
    store: Store,
    options: Options,
    terminal: Terminal,
    begin: Callable[[], Future[None] | None] = lambda: None,
    timings: Timings | None = None,
) -> Computed:
    """Reuses or computes every result and figure of the plan; what `begin` starts goes on
    meanwhile, if anything must be computed, and ends all if it fails."""
    if url := address(options.remote, prepared.deck.settings.remote):
        store.remote = Remote(url, project.root, terminal.remark)
    pool = Pool(workers(project, prepared.deck.settings, options))
    computer = Computer(
        root=project.root,
        store=store,
        inputs=project.inputs(),
        pool=pool,
        theme=prepared.theme,
        fonts=prepared.fonts.paths,
        style=prepared.style,
        watcher=terminal,
        timings=timings or Timings(),
        python=options.python,
        begin=begin,
    )
    try:
        kept = options.keeps_accelerated
        computed = computer.compute(prepared.plan, keep_accelerated=kept)
    finally:
        pool.stop()
        project.digested.keep()
    for name in store.damaged:
        terminal.remark(f"the stored entry {name} was damaged; it was set aside and made anew")
    if lack := project.cache.lack:
        terminal.remark(f"what is compiled is not kept in {project.cache.folder}: {lack}")
    if store.remote is not None and (moved := store.remote.summary()):
        terminal.remark(moved)
    found = [*computed.results.values(), *computed.figures.values()]
    reused = sum(isinstance(entry, Entry) for entry in found) - len(computed.made)
    terminal.step("Compute", f"{len(computed.made)} made, {reused} reused")
    return computed


def workers(project: Project, settings: Settings, options: Options) -> list[Worker]:
    """The workers of a build, none of which has been started yet."""
    variables = devices.environment(options.device, settings.threads)
    shares = devices.shares(options.device, options.workers or settings.workers)
    limit = settings.memory_limit * 1e9 or 0.9 * installed_memory() / len(shares)
    known, programs = project.worker_settings(), project.programs
    return [
        Worker(known, variables | share, settings.time_limit, limit, programs) for share in shares
    ]
