import type { ValueSource } from '../contract/call.ts';
import type { Clock } from '../contract/clock.ts';
import type { EndpointPlace } from '../contract/endpoint.ts';
import type { Graph, GraphCatalog } from '../contract/graph.ts';
import type { ObsPart } from '../contract/obs.ts';
import type { PipelineDescriptor } from '../contract/pipeline.ts';
import type { WeightedText } from '../contract/prompt.ts';
import type { ShowApi } from '../contract/show-api.ts';
import type { ShowFiles } from './disk-files.ts';
import type { GraphOverrides } from './overrides.ts';
import type { Picture } from './presets/thumbnail.ts';
import type { RecorderDeps } from './recorder.ts';
import type { Timers } from './timers.ts';

export interface ShowDeps {
  /** Path of the show file. */
  readonly file: string;
  readonly catalog: GraphCatalog & {
    pipeline(id: string): PipelineDescriptor | null;
    /** Resolves once these can be played, or will not turn up: pipelines from outside may still be being read. */
    known(ids: readonly string[]): Promise<void>;
    /** What a `url` of a node stands for. Throws `E_OPTION_INVALID`. */
    readEndpoint(url: string): EndpointPlace;
  };
  /** Makes the engine play a graph; rejects and changes nothing where it cannot. */
  applyGraph(graph: Graph): Promise<void>;
  reload(node: string): Promise<void>;
  /** For this run only, never saved. */
  readonly overrides: { readonly graph?: GraphOverrides };
  readonly defaultGraph: Graph;
  /** What the default show is prompted with. */
  readonly defaultPrompts?: readonly WeightedText[];
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly timers: Timers;
  readonly files: ShowFiles;
  /** What records it; without it there are no addresses for that. */
  readonly recordings?: RecorderDeps['recordings'];
  /** What the audience sees; for thumbnails. */
  readonly picture?: Picture;
  /** Where saved shows lie; a folder `shows` beside the file unless given. */
  readonly showsFolder?: string;
  /** Folder of the presets that came with Reverie. */
  readonly shippedPresets?: string;
  readonly log: (line: string) => void;
}

export interface Show extends ShowApi, ValueSource {
  readonly obs: ObsPart;
  /**
   * Puts the restored graph to work, or where the engine refuses it the last good copy, or the default. Apart from creation,
   * because the engine samples its stages from the show while it starts them.
   */
  start(): Promise<void>;
  /** Counts what a control runner refused before it came here: packets that break their format, floods. */
  refused(report: Refusal): void;
}

export interface Refusal {
  readonly sender: string;
  readonly count: number;
  readonly code: string;
  readonly message: string;
}
