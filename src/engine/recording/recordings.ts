import { join } from 'node:path';
import type { EngineEvent, Still } from '../../contract/engine-api.ts';
import { failure } from '../../contract/error.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type {
  RecordingFile,
  RecordingsApi,
  RecordingsState,
  ReplayRequest,
  ReplayState,
  Take,
  TakeRequest,
} from '../../contract/recording.ts';
import type { Fault } from '../../contract/status.ts';
import { processStart } from '../memory/ledger.ts';
import { RecordingBook } from './recording-book.ts';
import { newsFrom, numberOf } from './recording-news.ts';
import { Replay } from './replay.ts';
import { writeStill } from './still-file.ts';

/** Takes beside nodes: each is a process and an encoder. */
const MAX_TAKES = 8;
/** Of takes that ended, so many are still told. */
const REMEMBERED_TAKES = 20;
/** A runner that was closed is gone after this long; then what it left can be looked at. */
const RUNNER_GONE_MS = 2_000;
/** At the end of the daemon all files are finished within this, or left in fragments. */
const CLOSE_LIMIT_MS = 2_500;

export interface RecordingsHost<Node> {
  readonly folder: string;
  /** A hidden sink of the adapter `record` beside a node, in a runner of its own. Throws `E_GRAPH_UNKNOWN_NODE`. */
  open(id: string, target: string, config: RecorderConfig): Node;
  close(node: Node): void;
  request(node: Node, method: string, params: JsonObject): Promise<JsonValue>;
  /** To a node of the graph. */
  ask(id: string, method: string, params: JsonObject): Promise<JsonValue>;
  tell(id: string, method: string, params: JsonObject): void;
  hasNode(id: string): boolean;
  /** Whether a node of the graph is a sink `record`. */
  isRecorder(id: string): boolean;
  /** What the audience sees; null where nothing makes pictures. */
  shownNode(): string | null;
  still(target: string): Promise<Still>;
  preset(): string | null;
  wallClock(): number;
  log(level: 'info' | 'warn', message: string): void;
}

/** What the adapter is opened with: its own settings, and what nobody can set. */
export interface RecorderConfig {
  readonly settings: JsonObject;
  readonly told: JsonObject;
}

interface Job<Node> {
  take: Take;
  /** Of the node that records: hidden, or of the graph. */
  readonly recorder: string;
  readonly shown: boolean;
  readonly config: JsonObject;
  /** The hidden sink; null while its target is not there, and for sinks of the graph. */
  node: Node | null;
  /** The file that is open, and the process that writes it. */
  file: string | null;
  writer: number | null;
}

/**
 * Recordings, seen from the daemon: which nodes are recorded, and what lies in the folder. A take is a hidden sink beside its
 * node, in a process of its own; what it writes, it writes without the daemon, and tells.
 */
export class Recordings<Node> implements RecordingsApi {
  readonly #host: RecordingsHost<Node>;
  readonly #book: RecordingBook;
  readonly #replay: Replay<Node>;
  readonly #jobs = new Map<string, Job<Node>>();
  readonly #listeners = new Set<() => void>();
  #next = 1;
  #closed = false;

  constructor(host: RecordingsHost<Node>) {
    this.#host = host;
    this.#book = new RecordingBook({
      folder: host.folder,
      writer: `${process.pid} ${processStart(process.pid)}`,
      isGone: (writer) => {
        const [pid, start] = writer.split(' ');
        return processStart(Number(pid)) !== start;
      },
      changed: () => this.#changed(),
      log: (message) => host.log('warn', message),
    });
    this.#replay = new Replay({
      open: (id, target, settings, keep) => {
        const { told } = this.#named({}, target);
        return host.open(id, target, { settings, told: { ...told, ...keep } });
      },
      close: (node) => host.close(node),
      request: (node, method, params) => host.request(node, method, params),
      hasNode: (id) => host.hasNode(id),
      changed: () => this.#changed(),
    });
  }

  /** Reads the folder; recordings that a death interrupted are mended. */
  readFolder(): Promise<void> {
    return this.#book.open();
  }

  state(): RecordingsState {
    const { folder, freeBytes } = this.#book;
    const takes = [...this.#jobs.values()].map(({ take }) => take);
    return { folder, freeBytes, takes, files: this.#book.list(), replay: this.replay() };
  }

  recording(): boolean {
    return this.#shownJob() !== null;
  }

  replay(): ReplayState {
    return this.#replay.state();
  }

  async start({ node: wanted, ...settings }: TakeRequest): Promise<Take> {
    const shown = wanted === undefined ? this.#shownJob() : null;
    if (shown !== null) return shown.take;
    const node = wanted ?? this.#shownNode();
    if (this.#active().filter(({ take }) => take.by === 'request').length >= MAX_TAKES)
      throw failure('E_RECORDING_LIMIT', `${MAX_TAKES} recordings are under way`, { limit: MAX_TAKES });
    const number = this.#next++;
    const recorder = `~record-${number}`;
    const config: Record<string, JsonValue> = {};
    for (const [key, value] of Object.entries(settings)) if (value !== undefined) config[key] = value;
    const opened = this.#host.open(recorder, node, this.#named(config, node));
    const job = this.#begin(recorder, node, 'request', wanted === undefined, config, opened);
    return job.take;
  }

  async stop(id: string): Promise<Take> {
    const job = this.#jobs.get(id);
    if (job === undefined)
      throw failure('E_RECORDING_UNKNOWN', `There is no take "${id.slice(0, 100)}"`, { take: id });
    if (job.take.by === 'graph')
      throw failure('E_RECORDING_RUNNING', `Take "${id}" is the sink "${job.take.node}" of the graph`, {
        node: job.take.node,
      });
    await this.#end(job);
    return job.take;
  }

  async stopShown(): Promise<void> {
    const job = this.#shownJob();
    if (job !== null) await this.#end(job);
  }

  async still(wanted?: string): Promise<RecordingFile> {
    const node = wanted ?? this.#shownNode();
    const { bytes, size } = await this.#host.still(node);
    const startedAt = this.#host.wallClock();
    const fields = { at: new Date(startedAt), node, preset: this.#host.preset() };
    const name = await writeStill(this.#host.folder, fields, bytes);
    return this.#book.add(name, {
      kind: 'still',
      state: 'done',
      node,
      take: null,
      startedAt,
      seconds: null,
      size: { ...size },
      bytes: bytes.length,
      frames: 1,
      skipped: 0,
      fault: null,
    });
  }

  async content(name: string, picture?: number): Promise<string> {
    const { kind, path } = this.#book.find(name);
    if (kind !== 'pictures') return path;
    return join(path, `${String(picture ?? 1).padStart(6, '0')}.png`);
  }

  remove(name: string): Promise<void> {
    return this.#book.remove(name);
  }

  async rename(name: string, wish: string): Promise<RecordingFile> {
    const file = await this.#book.rename(name, wish);
    for (const job of this.#jobs.values()) {
      const files = job.take.files.map((each) => (each === name ? file.name : each));
      job.take = { ...job.take, files };
    }
    this.#changed();
    return file;
  }

  async keepReplay(request: ReplayRequest): Promise<ReplayState> {
    const node = request.seconds === 0 ? '' : (request.node ?? this.#shownNode());
    return this.#replay.keep(request, node);
  }

  async saveReplay(): Promise<RecordingFile> {
    const { node, saved } = await this.#replay.save();
    const news = newsFrom(saved);
    if (news === null) throw failure('E_INTERNAL', 'The runner did not say what it saved');
    const name = this.#book.heard(news, node, 'replay');
    return this.#book.find(name);
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Another preset plays: files that begin from now on are called after it. */
  presetChanged(): void {
    const name = this.#host.preset();
    for (const { recorder } of this.#active()) this.#host.tell(recorder, 'preset', { name });
    this.#replay.tell((id) => this.#host.tell(id, 'preset', { name }));
  }

  /** True where the event was of a recording and nobody else's business. */
  see(event: EngineEvent): boolean {
    switch (event.type) {
      case 'graph':
        this.#lookAgain();
        return false;
      case 'status':
        if (event.node.module === 'record' && event.node.status.state === 'ready')
          this.#host.tell(event.node.id, 'preset', { name: this.#host.preset() });
        return false;
      case 'fault':
        this.#lost(event.fault);
        return event.fault.node.startsWith('~record-');
      case 'node-event':
        return this.#heard(event.node, event.name, event.data);
      default:
        return false;
    }
  }

  /** Ends every take; their files are whole, or what is in them plays. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const stops = this.#active().map(({ node, recorder }) =>
      (node === null ? this.#host.ask(recorder, 'stop', {}) : this.#host.request(node, 'stop', {})).catch(
        () => undefined,
      ),
    );
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => (timer = setTimeout(resolve, CLOSE_LIMIT_MS)));
    await Promise.race([Promise.all(stops), late]);
    clearTimeout(timer);
    this.#replay.close();
    await this.#book.close();
  }

  #begin(
    recorder: string,
    node: string,
    by: Take['by'],
    shown: boolean,
    config: JsonObject,
    opened: Node | null,
  ): Job<Node> {
    const startedAt = this.#host.wallClock();
    const id = by === 'graph' ? `${node}-${startedAt}` : `take-${startedAt}-${recorder.slice(8)}`;
    const take: Take = {
      id,
      node,
      by,
      state: 'waiting',
      startedAt,
      files: [],
      frames: 0,
      skipped: 0,
      fault: null,
    };
    const job: Job<Node> = { take, recorder, shown, config, node: opened, file: null, writer: null };
    this.#jobs.set(id, job);
    const ended = [...this.#jobs.values()].filter((each) => each.take.state === 'stopped');
    for (const each of ended.slice(0, Math.max(0, ended.length - REMEMBERED_TAKES)))
      this.#jobs.delete(each.take.id);
    this.#changed();
    return job;
  }

  async #end(job: Job<Node>): Promise<void> {
    const { node } = job;
    if (node !== null) {
      job.node = null;
      // Where its runner is gone, there is nothing to finish.
      await this.#host
        .request(node, 'stop', {})
        .catch((error: unknown) =>
          this.#host.log('info', `A recording ended without its runner: ${String(error)}`),
        );
      this.#host.close(node);
    }
    this.#stopped(job);
  }

  #stopped(job: Job<Node>): void {
    if (job.file !== null) this.#settleLater(job.file);
    job.file = null;
    job.take = { ...job.take, state: 'stopped' };
    this.#changed();
  }

  #heard(node: string, name: string, data: JsonObject): boolean {
    if (name === 'replay' && this.#replay.heard(node, data)) return true;
    if (name !== 'recording') return false;
    const news = newsFrom(data);
    const job = this.#jobOf(node);
    if (news === null || job === null) return false;
    const file = this.#book.heard(news, job.take.node, job.take.id);
    const isNew = !job.take.files.includes(file);
    // Another process writes now: the one before said nothing about the end of its file.
    const isSucceeded = isNew && job.writer !== null && job.writer !== data['pid'];
    if (isSucceeded && job.file !== null) this.#settleLater(job.file);
    job.writer = numberOf(data['pid']);
    if (news.state === 'recording') job.file = file;
    else if (job.file === file) job.file = null;
    const files = isNew ? [...job.take.files, file] : job.take.files;
    const total = { frames: 0, skipped: 0 };
    for (const each of this.#book.list()) {
      if (!files.includes(each.name)) continue;
      total.frames += each.frames ?? 0;
      total.skipped += each.skipped;
    }
    const state = job.take.state === 'stopped' ? 'stopped' : news.state === 'failed' ? 'failed' : 'recording';
    job.take = { ...job.take, ...total, files, state, fault: news.fault };
    this.#changed();
    return true;
  }

  #jobOf(recorder: string): Job<Node> | null {
    const present = this.#active().find((job) => job.recorder === recorder);
    if (present !== undefined) return present;
    return this.#host.isRecorder(recorder) ? this.#begin(recorder, recorder, 'graph', false, {}, null) : null;
  }

  #lost({ node, code, message, remedy }: Fault): void {
    const job = this.#active().find(({ recorder }) => recorder === node);
    if (job === undefined) return;
    if (job.file !== null) this.#settleLater(job.file);
    job.file = null;
    job.take = { ...job.take, state: 'failed', fault: { code, message, remedy, details: null } };
    this.#changed();
  }

  /** After a change of the graph: takes whose node left wait for it, and go on when it is back. */
  #lookAgain(): void {
    for (const job of this.#active()) {
      const there = this.#host.hasNode(job.take.node);
      if (job.take.by === 'graph') {
        if (!this.#host.isRecorder(job.recorder)) this.#stopped(job);
      } else if (!there && job.node !== null) {
        this.#host.close(job.node);
        job.node = null;
        if (job.file !== null) this.#settleLater(job.file);
        job.file = null;
        job.take = { ...job.take, state: 'waiting' };
        this.#changed();
      } else if (there && job.node === null) {
        job.node = this.#host.open(job.recorder, job.take.node, this.#named(job.config, job.take.node));
      }
    }
    this.#replay.lookAgain();
  }

  #settleLater(file: string): void {
    setTimeout(() => {
      if (this.#closed || this.#book.find(file).state !== 'recording') return;
      void this.#book.settle(file);
    }, RUNNER_GONE_MS).unref();
  }

  #active(): Job<Node>[] {
    return [...this.#jobs.values()].filter(({ take }) => take.state !== 'stopped');
  }

  #shownJob(): Job<Node> | null {
    return this.#active().find(({ shown }) => shown) ?? null;
  }

  #shownNode(): string {
    const node = this.#host.shownNode();
    if (node === null) throw failure('E_FRAME_NONE', 'The graph has no node that makes pictures');
    return node;
  }

  #named(settings: JsonObject, node: string): RecorderConfig {
    return { settings, told: { node, preset: this.#host.preset() } };
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
