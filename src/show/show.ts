import { dirname, join } from 'node:path';
import type { CallValues, ControlChange, Mode, RequestedMode } from '../contract/call.ts';
import type {
  Command,
  CommandResult,
  ParameterState,
  Rejection,
  Sender,
  SetResult,
  ValueChange,
} from '../contract/command.ts';
import { failure, isErrorCode, reportOf } from '../contract/error.ts';
import type { EndpointPlace } from '../contract/endpoint.ts';
import { graphError, graphSchema, type Graph } from '../contract/graph.ts';
import type { JsonValue } from '../contract/json.ts';
import type { ObsPart } from '../contract/obs.ts';
import { emptyPrompt } from '../contract/prompt.ts';
import type { ControlItem } from '../contract/protocol.ts';
import type { ShowStatus } from '../contract/show-api.ts';
import type { Activity } from './activity.ts';
import { Autosave } from './autosave.ts';
import type { Bindings } from './bindings/bindings.ts';
import type { Cues } from './cues.ts';
import { stateOf, type Entry } from './entry.ts';
import { Instrument } from './instrument.ts';
import { Misfit } from './misfit.ts';
import type { Modulations } from './modulation/modulations.ts';
import { Overrides } from './overrides.ts';
import type { Presets } from './presets/presets.ts';
import { readShipped } from './presets/shipped.ts';
import { Restore, type Candidate } from './restore.ts';
import { emptyShow, type ShowFile } from './show-file.ts';
import type { Refusal, Show, ShowDeps } from './show-deps.ts';
import { ShowShelf } from './show-shelf.ts';
import { adoptShow, showOf } from './show-state.ts';
import { ShowText } from './show-text.ts';
import type { Schedule } from './schedule.ts';
import type { StageSet } from './stage-set.ts';
import { StartGuard } from './start-guard.ts';
import type { TempoPart } from './tempo/tempo-part.ts';
import type { TimelinePart } from './timeline/timeline-part.ts';

export { diskFiles, type ShowFiles } from './disk-files.ts';
export type { EndOverride } from './overrides.ts';
export type { Show, ShowDeps } from './show-deps.ts';
export { systemTimers, type Timers } from './timers.ts';

/** Restores the show. Throws where the overrides of the command line do not fit it. */
export async function createShow(deps: ShowDeps): Promise<Show> {
  const room = new ShowRoom(deps);
  await room.restore();
  return room;
}

class ShowRoom implements Show {
  readonly #deps: ShowDeps;
  readonly #instrument: Instrument;
  readonly activity: Activity;
  readonly tempo: TempoPart;
  readonly modulations: Modulations;
  readonly bindings: Bindings;
  readonly presets: Presets;
  readonly cues: Cues;
  readonly timeline: TimelinePart;
  readonly obs: ObsPart;
  readonly shows: ShowShelf;
  #overrides: Overrides;
  readonly #guard: StartGuard;
  readonly #restore: Restore;
  readonly #default: ShowFile;
  readonly #autosave: Autosave;
  #graph: Graph;
  #loaded: ShowFile;
  #candidate: Candidate | null = null;
  #unfinished = 0;
  #changing: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(deps: ShowDeps) {
    const { clock, timers, log, wallClock, files, file } = deps;
    this.#deps = deps;
    const instrument = new Instrument(deps, {
      hasNode: (node) => this.#graph.nodes.some((each) => each.id === node),
      reload: (node) => this.#reload(node),
      touched: () => this.#autosave.mark(),
    });
    this.#instrument = instrument;
    this.activity = instrument.activity;
    this.tempo = instrument.tempo;
    this.modulations = instrument.modulations;
    this.bindings = instrument.bindings;
    this.presets = instrument.presets;
    this.cues = instrument.cues;
    this.timeline = instrument.timeline;
    this.obs = instrument.obs;
    this.#overrides = new Overrides(deps.overrides.graph ?? {});
    this.#guard = new StartGuard(files, file, timers);
    this.#default = { ...emptyShow(deps.defaultGraph), prompts: [...(deps.defaultPrompts ?? [])] };
    const readEndpoint = (url: string): EndpointPlace => deps.catalog.readEndpoint(url);
    this.#restore = new Restore(files, file, this.#default, wallClock, readEndpoint);
    const present = (): ShowFile =>
      showOf(this.#stages, instrument.parts, this.#overrides.remove(this.#graph), this.#loaded);
    const text = new ShowText(clock, readEndpoint);
    const snapshot = (): Promise<string> => text.print(present());
    this.#autosave = new Autosave({ file, files, clock, timers, log, snapshot });
    this.shows = new ShowShelf({
      folder: deps.showsFolder ?? join(dirname(file), 'shows'),
      files,
      print: () => text.tidy(present()),
      readText: (given) => text.read(given),
      open: (show) => this.#afterOthers(() => this.#open(show)),
    });
    this.#graph = deps.defaultGraph;
    this.#loaded = this.#default;
  }

  /** Takes the first saved show that holds together. */
  async restore(): Promise<void> {
    const { shippedPresets, files, log } = this.#deps;
    if (shippedPresets !== undefined) this.presets.ship(await readShipped(shippedPresets, files, log));
    this.#unfinished = await this.#guard.unfinished();
    if (!(await this.#loadNext()))
      throw failure('E_STATE_CORRUPT', 'Not even the default show could be loaded');
    if (this.#restore.hold !== null) this.#autosave.hold(this.#restore.hold);
  }

  start(): Promise<void> {
    const started = this.#start();
    this.#changing = started.catch(() => undefined);
    return started;
  }

  graph(): Graph {
    return this.#graph;
  }

  setGraph(graph: Graph, _sender: Sender): Promise<Graph> {
    return this.#afterOthers(() => this.#change(graph));
  }

  parameters(): readonly ParameterState[] {
    const nowUs = this.#instrument.settled();
    return this.#stages.directory.listed().map((entry) => this.#stateOf(entry, nowUs));
  }

  parameter(address: string): ParameterState | null {
    const nowUs = this.#instrument.settled();
    const entry = this.#stages.directory.find(address);
    return entry === null ? null : this.#stateOf(entry, nowUs);
  }

  get schedule(): Schedule {
    return this.#instrument.schedule;
  }

  set(values: Readonly<Record<string, JsonValue>>, sender: Sender): SetResult {
    return this.#instrument.commander.set(values, sender);
  }

  execute(commands: readonly Command[], sender: Sender): readonly CommandResult[] {
    return this.#instrument.commander.execute(commands, sender);
  }

  play(items: readonly ControlItem[]): void {
    this.#instrument.commander.play(items);
  }

  subscribe(listener: (changes: readonly ValueChange[]) => void): () => void {
    return this.#instrument.feed.subscribe(listener);
  }

  rejections(): readonly Rejection[] {
    return this.#instrument.rejections();
  }

  refused({ sender, count, code, message }: Refusal): void {
    const misfit = new Misfit(isErrorCode(code) ? code : 'E_INTERNAL', message, null);
    this.activity.refused(sender, '', misfit, null, count);
  }

  status(): ShowStatus {
    const restored = this.#candidate === null ? null : this.#restore.report(this.#candidate.from);
    return { file: this.#deps.file, restored, save: this.#autosave.failure };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#instrument.close();
    await this.#autosave.close();
    await this.#guard.end();
  }

  sample(node: string, atUs: number, mode: Mode): CallValues {
    const { commander, glides, beats } = this.#instrument;
    commander.runDue(atUs);
    if (glides.any) glides.settle(atUs);
    const tempo = beats.at(atUs);
    const stage = this.#stages.get(node);
    if (stage === null) return { values: {}, prompt: emptyPrompt, triggers: {}, tempo, mode, timeUs: atUs };
    stage.resolve(mode);
    const desk = stage.prompts?.desk ?? null;
    desk?.countCall();
    return {
      values: this.modulations.play(stage, stage.values(atUs), atUs),
      prompt: desk?.mix(atUs) ?? emptyPrompt,
      triggers: stage.counts(),
      tempo,
      mode,
      timeUs: atUs,
    };
  }

  loadValues(node: string): Readonly<Record<string, JsonValue>> {
    return this.#stages.get(node)?.loadValues(this.#deps.clock()) ?? {};
  }

  loadRefused(node: string, playing: Readonly<Record<string, JsonValue>>): void {
    this.#stages.get(node)?.putBack(playing, this.#deps.clock());
  }

  requestedMode(node: string): RequestedMode {
    return this.#stages.get(node)?.mode.requested ?? 'auto';
  }

  paused(): boolean {
    return this.#instrument.paused.now;
  }

  modeResolved(node: string, mode: Mode): void {
    this.#stages.get(node)?.resolve(mode);
  }

  onControl(listener: (change: ControlChange) => void): () => void {
    return this.#instrument.control.listen(listener);
  }

  async #start(): Promise<void> {
    await this.#guard.begin(this.#candidate?.from === 'default' ? 0 : this.#unfinished + 1);
    for (;;) {
      try {
        await this.#deps.applyGraph(this.#graph);
        break;
      } catch (error) {
        if (this.#candidate !== null) await this.#restore.refuse(this.#candidate, reportOf(error).message);
        if (!(await this.#loadNext())) throw error;
      }
    }
    const { restored } = this.status();
    if (restored === null) return;
    this.#deps.log(restored.message);
    this.#autosave.mark();
  }

  #stateOf(entry: Entry, nowUs: number): ParameterState {
    const played = this.modulations.played(entry, nowUs);
    return played === undefined ? stateOf(entry, nowUs) : { ...stateOf(entry, nowUs), played };
  }

  get #stages(): StageSet {
    return this.#instrument.stages;
  }

  async #change(wanted: Graph): Promise<Graph> {
    const parsed = graphSchema.safeParse(wanted);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw failure(
        'E_GRAPH_INVALID',
        `graph.${(issue?.path ?? []).join('.')}: ${issue?.message ?? 'not a graph'}`,
      );
    }
    await this.#deps.catalog.known(
      parsed.data.nodes.flatMap((node) => (node.type === 'stage' ? [node.pipeline] : [])),
    );
    const wrong = graphError(parsed.data, this.#deps.catalog);
    if (wrong !== null) throw wrong;
    const before = this.#stages.all;
    const next = this.#stages.plan(parsed.data, this.#deps.clock());
    const undo = this.#stages.beside(next);
    try {
      await this.#deps.applyGraph(parsed.data);
    } catch (error) {
      undo();
      throw error;
    }
    this.#stages.change(next, before);
    this.#instrument.graphChanged();
    this.#graph = parsed.data;
    this.#autosave.mark();
    return parsed.data;
  }

  /** Changes of the graph come one after the other. */
  #afterOthers<T>(run: () => Promise<T>): Promise<T> {
    const change = this.#changing.then(run);
    this.#changing = change.catch(() => undefined);
    return change;
  }

  /** Plays another show while this one plays. Rejects and changes nothing where it cannot. */
  async #open(show: ShowFile): Promise<void> {
    const { catalog, clock } = this.#deps;
    await catalog.known(show.graph.nodes.flatMap((node) => (node.type === 'stage' ? [node.pipeline] : [])));
    const overrides = new Overrides(this.#deps.overrides.graph ?? {});
    const graph = overrides.apply(show.graph);
    const wrong = graphError(show.graph, catalog) ?? graphError(graph, catalog);
    if (wrong !== null) throw wrong;
    const change = this.#stages.changeShow(() => {
      adoptShow(this.#stages, show, 'show');
      return this.#stages.plan(graph, clock());
    });
    try {
      await this.#deps.applyGraph(graph);
    } catch (error) {
      change.undo();
      throw error;
    }
    change.commit();
    for (const part of this.#instrument.parts) part.restore(show);
    this.#overrides = overrides;
    this.#instrument.graphChanged();
    this.#graph = graph;
    this.#loaded = show;
    this.#candidate = null;
    this.#autosave.mark();
  }

  #reload(node: string): void {
    this.#deps.reload(node).catch((error: unknown) => {
      this.#deps.log(`Node "${node}" could not be reloaded: ${reportOf(error).message}`);
    });
  }

  /** Loads the next show that may play; false after the default. */
  async #loadNext(): Promise<boolean> {
    for (;;) {
      const candidate = await this.#restore.next(this.#unfinished);
      if (candidate === null) return false;
      const wrong = graphError(candidate.show.graph, this.#deps.catalog);
      if (wrong !== null) {
        await this.#restore.refuse(candidate, wrong.message);
        continue;
      }
      this.#load(candidate);
      return true;
    }
  }

  #load(candidate: Candidate): void {
    const graph = this.#overrides.apply(candidate.show.graph);
    const wrong = graphError(graph, this.#deps.catalog);
    if (wrong !== null) throw wrong;
    adoptShow(this.#stages, candidate.show, candidate.from === 'default' ? null : 'show');
    this.#stages.change(this.#stages.plan(graph, this.#deps.clock()), new Map());
    for (const part of this.#instrument.parts) part.restore(candidate.show);
    this.#candidate = candidate;
    this.#loaded = candidate.show;
    this.#graph = graph;
    this.#autosave.loaded(candidate.text, candidate.from === 'file');
  }
}
