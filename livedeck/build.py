"""The pipeline: read, plan, compute, render, publish."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from livedeck import devices, missing, provenance, rightward, stamp
from livedeck.compute import Computed, Computer
from livedeck.console import Terminal
from livedeck.deck import Deck, Settings
from livedeck.entry import Entry, LostEntry
from livedeck.errors import AuthorError, AuthorErrors, bounded
from livedeck.galleys import Galleys
from livedeck.gates import GATES, LEVELS, verdict
from livedeck.inputs import Inputs
from livedeck.options import Options
from livedeck.plan import Plan
from livedeck.pool import Pool
from livedeck.prepare import Prepared, prepare
from livedeck.processes import installed_memory
from livedeck.project import Project
from livedeck.publish import publish
from livedeck.remote import Remote, address
from livedeck.render import Rendering, render_slides
from livedeck.resolve import PageAnswers, PaperAnswers
from livedeck.store import Store
from livedeck.timings import Timings, picture, table
from livedeck.typesetters import INSTALL, NO_PANGO, Typesetters
from livedeck.workers import Worker


def build(project: Project, options: Options, terminal: Terminal, typesetters: Typesetters) -> None:
    """Builds the deck and publishes it; on any error `output` stays as it was.

    `typesetters` may have been started, and may be used again for a deck with the same fonts.

    Raises `AuthorErrors` with everything that is wrong: with the sources before anything runs,
    with experiments after all of them have had their turn, with what the audience would see when
    all is laid out. With `keep_going`, the deck is published with its failures shown, and the
    errors are raised then.
    """
    timings = Timings()
    before = stamp.take(project.root, options.arguments(), project.folders)
    store = Store(project.store, stamp.shown(project.output))
    project.sweep()
    with timings.phase("read"):
        prepared = prepare(project, options)
    terminal.step("Read", _counts(prepared.deck, prepared.plan))
    _heed(verdict.of_theme(project, prepared), terminal, options)
    galleys = Galleys(store, prepared.style["fonts"], typesetters)
    try:
        made = make(project, prepared, store, options, terminal, galleys, timings)
    except LostEntry as lost:  # once more, for what was lost alone
        terminal.remark(str(lost))
        made = make(project, prepared, store, options, terminal, galleys, timings)
    computed, files, refused = made
    seen = verdict.of_slides(prepared, computed, galleys.findings)
    refused += _heed(seen, terminal, options)
    if options.timings:
        terminal.out.print(table(timings))
        terminal.step("Time", timings.summary())
        files["timings.svg"] = picture(timings, prepared.theme, prepared.fonts.paths)
    if refused:
        before = stamp.NEVER_CURRENT
    observed = stamp.told(project.root, _observed(computed))
    stamped = stamp.write(before, observed, computed.made, _places(computed), files)
    previous = stamp.read(project.output)
    known = {stamp.NAME, *(previous or {}).get("outputs", {})}
    publish(project.output, {**files, stamp.NAME: stamped}, known, project.store)
    size = sum(map(len, files.values())) / 1e6
    terminal.step("Publish", f"{project.shown(project.output)}: {', '.join(files)} ({size:.1f} MB)")
    if refused:
        raise AuthorErrors(refused)


def _heed(found: verdict.Verdict, terminal: Terminal, options: Options) -> list[AuthorError]:
    """Shows what gates remark on; raises what they refuse, or returns it where a build goes on."""
    for remark in found.remarks:
        terminal.remark(f"warning: {remark}")
    if found.errors and not options.keep_going:
        raise AuthorErrors(found.errors)
    return found.errors


def make(
    project: Project,
    prepared: Prepared,
    store: Store,
    options: Options,
    terminal: Terminal,
    galleys: Galleys,
    timings: Timings,
) -> tuple[Computed, dict[str, bytes], list[AuthorError]]:
    """What the deck needs computed, its files, and what is wrong with it where a build goes on; a
    `LostEntry` if others clean the store."""
    with timings.phase("store"), ThreadPoolExecutor(1) as aside, _ending(galleys):

        def begin() -> Future[None] | None:
            if documents(prepared, options):
                galleys.typesetters.start()
            if options.keep_going or LEVELS[0] not in _gates(prepared):
                return None
            from livedeck import proofs

            return aside.submit(proofs.require, project, prepared, store, galleys)

        computed = compute(project, prepared, store, options, terminal, begin, timings)
    found = verdict.of_said(project, prepared, computed, options)
    found.errors[:0] = computed.failures
    refused = _heed(found, terminal, options)
    if printed := computed.printed(prepared.plan, project.root):
        terminal.remark(f"printed: {printed} (python build.py explain NAME)")
    galleys.findings.clear()
    files, lacking = render(project, prepared, computed, store, options, galleys, terminal, timings)
    return computed, files, refused + lacking


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
        inputs=Inputs(project.root, project.digested),
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


def render(
    project: Project,
    prepared: Prepared,
    computed: Computed,
    store: Store,
    options: Options,
    galleys: Galleys,
    terminal: Terminal,
    timings: Timings,
) -> tuple[dict[str, bytes], list[AuthorError]]:
    """The files of the deck by name, and what is wrong with its texts where a build goes on; slides
    are laid out for the PDF, or at least for the gates, while the page is put together."""
    files = {"results.json": _results_json(project, prepared, computed)}
    with ThreadPoolExecutor(1) as aside, _ending(galleys):
        rendering = _rendering(prepared, computed, store, paper=True)
        lacking = missing.errors(prepared, rendering, store)
        if lacking and not options.keep_going:
            raise AuthorErrors(lacking)
        asked = documents(prepared, options)
        if asked:
            _tell_of_moving(project, prepared, rendering, terminal)
            _tell_of_order(project, prepared, rendering, terminal)
            from livedeck.paper import Press

            press = Press(project, prepared, rendering, computed, files, galleys)
            pdfs = aside.submit(press.write, asked, steps=options.steps)
        proven = "deck" not in asked and _gates(prepared) != {"off"}
        if proven:
            from livedeck import proofs

            proof = aside.submit(proofs.prove, project, prepared, rendering, computed, galleys)
        with timings.phase("HTML"):
            html = _page(project, prepared, computed, store, options)
        files = {"index.html": html, **files}
        terminal.step("HTML", f"index.html ({len(html) / 1e6:.2f} MB)")
        if asked:
            made: dict[str, bytes] = {}
            with timings.phase("PDF"):  # what is left of it: it is laid out meanwhile
                try:
                    made = pdfs.result()
                except AuthorErrors as refused:
                    if not options.keep_going:
                        raise
                    lacking += refused.errors  # and the page is there without them
            files |= made
            sizes = (f"{name} ({len(pdf) / 1e6:.2f} MB)" for name, pdf in made.items())
            terminal.step("PDF", ", ".join(sizes) or "not made")
        if proven:
            with timings.phase("proofs"):
                _heed_lack(proof, prepared, terminal)
    return files, lacking


def _gates(prepared: Prepared) -> set[str]:
    """What the gates do that look at slides as they are laid out."""
    return {prepared.deck.settings.gates.get(name, LEVELS[0]) for name in GATES}


def _heed_lack(proof: Future[None], prepared: Prepared, terminal: Terminal) -> None:
    """Waits until slides are laid out; where nothing can be, that is an error if a gate must know,
    and else a remark."""
    try:
        proof.result()
    except AuthorErrors as errors:
        lacks = {error.message for error in errors.errors} == {NO_PANGO}
        if not lacks or LEVELS[0] in _gates(prepared):
            raise
        terminal.remark(f"warning: {NO_PANGO}: no gate has looked at them. {INSTALL}")


def _tell_of_moving(
    project: Project, prepared: Prepared, rendering: Rendering, terminal: Terminal
) -> None:
    """Says which pictures stand still on paper."""
    for slide, leaf in zip(prepared.deck.slides, rendering.leaves, strict=True):
        for name, line in leaf.moving:
            place = f"{project.shown(slide.path)}:{line}"
            terminal.remark(f"{place}: `{name}` moves on screen; on paper it is its first moment")


def _tell_of_order(
    project: Project, prepared: Prepared, rendering: Rendering, terminal: Terminal
) -> None:
    """Says which texts from right to left paper sets otherwise."""
    slides = {slide.id: slide for slide in prepared.deck.slides}
    for slide, line, words in rightward.mixed(slides, rendering):
        place = f"{project.shown(slide.path)}:{line}"
        terminal.remark(
            f"warning: {place}: on paper, “{bounded(words, 40)}” and what is stressed, linked or"
            " code beside it stand from left to right. Write the line without these."
        )


@contextmanager
def _ending(galleys: Galleys) -> Iterator[None]:
    """Lets nobody wait for pages of a build that was interrupted."""
    try:
        yield
    except KeyboardInterrupt:
        galleys.typesetters.close()
        raise


def _page(
    project: Project, prepared: Prepared, computed: Computed, store: Store, options: Options
) -> bytes:
    """The page; it is kept for `serve`, too, to be there at once."""
    from livedeck import page
    from livedeck.serving import kept, live_page

    rendering = _rendering(prepared, computed, store)
    shown = page.body(prepared, rendering, computed)
    css = page.style(prepared, rendering, shown, store)
    if not computed.failures:
        kept.keep(project, options, live_page.of_build(prepared, rendering, shown, css))
    return page.write(prepared, rendering, shown, css)


def documents(prepared: Prepared, options: Options) -> tuple[str, ...]:
    """The PDFs to make, by name."""
    return prepared.deck.settings.pdf if options.pdf is None else options.pdf


def _rendering(
    prepared: Prepared, computed: Computed, store: Store, *, paper: bool = False
) -> Rendering:
    plan = prepared.plan
    kind = PaperAnswers if paper else PageAnswers
    notes = prepared.deck.settings.notes
    return render_slides(prepared.deck, prepared.planner, plan, computed, store, kind, notes=notes)


def _results_json(project: Project, prepared: Prepared, computed: Computed) -> bytes:
    """Every result with its values and origin, for machines."""
    results = {}
    for key, run in prepared.plan.runs.items():
        entry = computed.results[key]
        if isinstance(entry, Entry):
            manifest = entry.manifest
            results[run.name] = {
                "experiment": run.experiment.name,
                "claim": run.experiment.claim,
                "parameters": run.parameters,
                "values": manifest["values"],
                "key": entry.key,
                "content": manifest["content"],
                "provenance": provenance.repeatable(manifest["provenance"]),
                "inputs": stamp.told(project.root, manifest["inputs"] | manifest["observed"]),
                "figures": [d.name for d in prepared.plan.drawings.values() if d.run.key == key],
            }
    whole = {"title": prepared.deck.settings.title, "results": results}
    return (json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _observed(computed: Computed) -> dict[str, str]:
    seen: dict[str, str] = {}
    for entry in (*computed.results.values(), *computed.figures.values()):
        if isinstance(entry, Entry):
            seen |= entry.manifest["observed"]
    return seen


def _places(computed: Computed) -> dict[str, str]:
    """Where the entries that a deck shows lie in the store, by kind and name."""
    shown = [*computed.results.values(), *computed.figures.values()]
    return {
        f"{entry.manifest['kind']} {entry.manifest['name']}": "/".join(entry.path.parts[-2:])
        for entry in shown
        if isinstance(entry, Entry)
    }


def _counts(deck: Deck, plan: Plan) -> str:
    counts: dict[str, Any] = {
        "slide": len(deck.slides),
        "run": len(plan.runs),
        "figure": len(plan.drawings),
    }
    return ", ".join(f"{n} {name}{'' if n == 1 else 's'}" for name, n in counts.items())
