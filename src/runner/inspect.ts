import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import type { AdapterDefinition, AdapterModule, Endpoint, Probe } from '../contract/adapter.ts';
import { failure, reportOf, ReverieError, type ErrorReport } from '../contract/error.ts';
import type { PipelineDefinition, PipelineDescriptor } from '../contract/pipeline.ts';
import { importModule } from './node-io.ts';
import { offerOwnPackages } from './own-packages.ts';

/** What an adapter's code says of itself on this machine. */
export interface Inspection {
  readonly probe: Probe;
  /** It can search for what can be picked. */
  readonly finds: boolean;
}

/** Asks an adapter whether it can work here; one that throws is an answer. Runs in a throw-away child. */
export async function probeAdapter(module: string): Promise<Inspection> {
  try {
    const adapter = await importModule<AdapterModule>(module);
    return { probe: await adapter.probe(), finds: adapter.discover !== undefined };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { probe: { available: false, reason, remedy: 'Look at `reverie doctor`.' }, finds: false };
  }
}

/** After this long of looking, what was found is what there is to show at once. */
const LOOK_MS = 1_500;

/** What a child answers that was asked what an adapter's search finds. */
export type Found =
  | { readonly ok: true; readonly endpoints: readonly Endpoint[] }
  | { readonly ok: false; readonly reason: string };

/** What an adapter's search finds in a moment. Runs in a throw-away child: a search may crash or block. */
export async function findEndpoints(module: string): Promise<Found> {
  let endpoints: readonly Endpoint[] = [];
  const looking = new AbortController();
  const timer = setTimeout(() => looking.abort(), LOOK_MS);
  const over = new Promise<void>((resolve) => looking.signal.addEventListener('abort', () => resolve()));
  try {
    const adapter = await importModule<AdapterModule>(module);
    const found = (now: readonly Endpoint[]): void => void (endpoints = now);
    await Promise.race([adapter.discover?.({ signal: looking.signal, log: () => undefined, found }), over]);
    return { ok: true, endpoints };
  } catch (error) {
    return { ok: false, reason: reportOf(error).message };
  } finally {
    clearTimeout(timer);
  }
}

/** What a child answers that was asked for the descriptor of a module. */
export type Described =
  { readonly ok: true; readonly descriptor: unknown } | { readonly ok: false; readonly error: ErrorReport };

/** Reads the definition that a module from outside exports, as JSON. Runs in a throw-away child: an import may do anything. */
export async function describeExport(reference: string): Promise<Described> {
  // The show goes first; the least there is would starve this on a machine that is full.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  try {
    return { ok: true, descriptor: await describe(reference) };
  } catch (error) {
    const report = reportOf(error, 'E_PIPELINE_IMPORT');
    return { ok: false, error: { ...report, message: `${report.message}${placeOf(error)}` } };
  }
}

/** The line of foreign code that threw, for whoever has to correct it. */
function placeOf(error: unknown): string {
  if (error instanceof ReverieError || !(error instanceof Error)) return '';
  const place = /file:\/\/\S+?:\d+/.exec(error.stack ?? '')?.[0];
  return place === undefined || place.includes('/dist/src/') ? '' : ` (${fileURLToPath(place)})`;
}

async function describe(reference: string): Promise<unknown> {
  const hash = reference.lastIndexOf('#');
  const path = reference.slice(0, hash);
  offerOwnPackages(path);
  const module = (await import(path)) as Record<string, unknown>;
  const name = reference.slice(hash + 1);
  const definition = module[name];
  if (typeof definition !== 'object' || definition === null) {
    const names = Object.keys(module).join(', ');
    throw new TypeError(`It has no export "${name}"; it exports ${names === '' ? 'nothing' : names}`);
  }
  // zod comes only now: this child alone needs it.
  if ('roles' in definition) {
    const { describeAdapter } = await import('../contract/adapter.ts');
    return describeAdapter(definition as AdapterDefinition);
  }
  return describePipelineOf(definition);
}

async function describePipelineOf(definition: object): Promise<PipelineDescriptor> {
  const { definePipeline, describePipeline, z } = await import('../contract/pipeline.ts');
  // Plain objects that never went through it are completed here.
  const pipeline = definePipeline(definition as PipelineDefinition);
  const { params } = pipeline;
  if (!isSchema(params))
    throw failure('E_PIPELINE_DESCRIPTOR', "params: it is not a zod object; use `z` of 'reverie/pipeline'");
  try {
    const descriptor = describePipeline(pipeline);
    // What goes in must be what comes out: a transform would show controllers another value than the pipeline gets.
    z.toJSONSchema(params, { io: 'output' });
    const copy = z.fromJSONSchema(descriptor.schema);
    if (!isDeepStrictEqual(copy.parse({}), params.parse({})))
      throw new TypeError('its defaults are others once they went through JSON Schema');
    return descriptor;
  } catch (error) {
    throw failure('E_PIPELINE_DESCRIPTOR', `params: ${reportOf(error).message}`, null, error);
  }
}

/** Of any copy of zod 4; `instanceof` would only know ours. */
function isSchema(params: unknown): boolean {
  return typeof params === 'object' && params !== null && '_zod' in params;
}
