import { isDeepStrictEqual } from 'node:util';
import type { AdapterDescriptor } from '../contract/adapter.ts';
import type { CallValues } from '../contract/call.ts';
import { endpointUrl } from '../contract/endpoint.ts';
import { failure } from '../contract/error.ts';
import type { AspectPolicy } from '../contract/frame.ts';
import type { GraphNode } from '../contract/graph.ts';
import type { JsonObject } from '../contract/json.ts';
import { plainPicture, type PictureSettings } from '../contract/picture.ts';
import type { PipelineDescriptor } from '../contract/pipeline.ts';
import type { NodeOpening, RunnerRole } from '../contract/protocol.ts';
import type { ModuleCatalog } from './module-catalog.ts';

/** A node of the graph with its code found: all that is needed to run it. */
export interface NodePlan {
  readonly id: string;
  readonly role: RunnerRole;
  /** Id of the pipeline or adapter. */
  readonly moduleId: string;
  readonly module: string;
  /** Of a stage; null for adapters. */
  readonly descriptor: PipelineDescriptor | null;
  readonly config: JsonObject;
  readonly aspect: AspectPolicy;
  readonly rateHz: number;
  readonly lockstep: boolean;
  readonly fallback: 'hold' | 'bypass' | 'slate';
  readonly force: boolean;
  readonly takesInput: boolean;
  /** Key of the shared runner, or null for one of its own. */
  readonly shared: string | null;
  /** Taps, slates and desks: not in status. */
  readonly hidden: boolean;
  /** Of a source or sink of the graph: what it is connected to. */
  readonly url: string | null;
  /** That cannot be opened a second time while it plays. */
  readonly opensOnce: boolean;
  readonly picture: PictureSettings;
}

/** Key of the runner in which all taps work. */
const TAPS = '~taps';

const plain = {
  aspect: 'fill',
  rateHz: 60,
  lockstep: false,
  fallback: 'hold',
  force: false,
  hidden: false,
  descriptor: null,
  url: null,
  opensOnce: false,
  picture: plainPicture,
} as const;

export function planNode(node: GraphNode, catalog: ModuleCatalog): NodePlan {
  if (node.type === 'stage') {
    const pipeline = catalog.pipeline(node.pipeline);
    if (pipeline === null)
      throw failure('E_GRAPH_UNKNOWN_PIPELINE', `Pipeline "${node.pipeline}" is not installed`, {
        node: node.id,
      });
    const { aspect, rateHz, fallback, force } = node;
    const takesInput = Object.keys(pipeline.descriptor.inputs).length > 0;
    const { descriptor, module } = pipeline;
    return {
      ...plain,
      id: node.id,
      role: 'stage',
      moduleId: node.pipeline,
      module,
      descriptor,
      config: {},
      aspect,
      rateHz,
      fallback,
      force,
      takesInput,
      shared: null,
    };
  }
  const { module, shared, descriptor } = findAdapter(catalog, node.adapter);
  const { exclusive = false, locator } = descriptor;
  const config = catalog.fullConfig(node.adapter, node.config) as JsonObject;
  const common = {
    ...plain,
    id: node.id,
    moduleId: node.adapter,
    module,
    shared,
    config,
    // With its defaults: what plays is called as it is in the list of what can be picked.
    url: endpointUrl({ adapter: node.adapter, config }, [descriptor]),
    // Two outputs of one name or address are in each other's way.
    opensOnce: exclusive || (node.type === 'sink' && locator !== null),
    picture: { ...plainPicture, ...node.picture },
  };
  if (node.type === 'source')
    return { ...common, role: 'source', takesInput: false, lockstep: node.pacing === 'lockstep' };
  return { ...common, role: 'sink', takesInput: true, aspect: node.aspect, rateHz: node.rateHz };
}

/** A node that is not in anybody's graph: a tap for pictures, the slate, a control adapter. Those whose id begins with ~ are hidden. */
export function planExtra(
  id: string,
  role: 'source' | 'sink' | 'control',
  adapter: string,
  config: JsonObject,
  rateHz: number,
  catalog: ModuleCatalog,
  apart = false,
): NodePlan {
  const { module, shared: sharedKey } = findAdapter(catalog, adapter);
  // Pictures for people come from one process of their own, apart from the sinks of the show; who must not share it is `apart`.
  const shared = sharedKey ?? (role === 'sink' && !apart ? TAPS : null);
  return {
    ...plain,
    id,
    role,
    moduleId: adapter,
    module,
    shared,
    config: catalog.fullConfig(adapter, config) as JsonObject,
    rateHz,
    takesInput: role === 'sink',
    hidden: id.startsWith('~'),
  };
}

/** A search of an adapter: hidden, and configured by nobody. */
export function planFinder(id: string, adapter: string, catalog: ModuleCatalog): NodePlan {
  const { module } = findAdapter(catalog, adapter);
  return {
    ...plain,
    id,
    role: 'finder',
    moduleId: adapter,
    module,
    shared: null,
    config: {},
    takesInput: false,
    hidden: true,
  };
}

function findAdapter(
  catalog: ModuleCatalog,
  id: string,
): { readonly module: string; readonly shared: string | null; readonly descriptor: AdapterDescriptor } {
  const adapter = catalog.adapter(id);
  if (adapter === null) throw failure('E_GRAPH_UNKNOWN_ADAPTER', `There is no adapter "${id}"`);
  const { module, descriptor } = adapter;
  return { module, descriptor, shared: descriptor.runner === 'shared' ? id : null };
}

/** Whether what comes next can be warmed while this plays. */
export function canPlayBeside(playing: NodePlan, next: NodePlan): boolean {
  if (next.role === 'control' || next.role === 'finder') return false;
  // One runner has one node of a name.
  if (next.shared !== null && next.shared === playing.shared) return false;
  // It gives a frame once a peer feeds it, and that peer looks for it in the graph.
  if (next.role === 'source' && next.shared !== null) return false;
  return next.descriptor !== null || playing.url !== next.url || !next.opensOnce;
}

/** Whether two plans of a source or sink open the same thing in the same way. */
export function isSamePlace(a: NodePlan, b: NodePlan): boolean {
  return a.descriptor === null && a.module === b.module && isDeepStrictEqual(a.config, b.config);
}

export function openingOf(
  plan: NodePlan,
  values: CallValues | null,
  providers: readonly string[],
  cacheDir: string,
): NodeOpening {
  const { role, module, config, aspect, picture, rateHz, lockstep } = plan;
  return { role, module, config, aspect, picture, rateHz, lockstep, values, providers, cacheDir };
}
