import { fileURLToPath } from 'node:url';
import { describeAdapter, type AdapterDefinition, type Probe } from '../contract/adapter.ts';
import { AdapterProbes } from '../engine/adapter-probes.ts';
import { spawnRead } from '../engine/child-read.ts';
import { fixedPlaces } from '../engine/finders.ts';
import { adapters } from '../installed.generated.ts';
import type { Options } from '../options.ts';
import type { Found, Inspection } from '../runner/inspect.ts';
import type { Terminal } from './terminal.ts';

/** `reverie adapters`: what is installed and whether it can work here. */
export async function listAdapters(options: Options, terminal: Terminal): Promise<void> {
  const adapters = await probeAdapters();
  const offers = await Promise.all(adapters.map(offerOf));
  adapters.forEach(({ adapter, probe }, index) => {
    for (const line of adapterLines(adapter, probe, terminal)) terminal.print(line);
    const offer = offers[index];
    if (offer !== undefined && offer !== null) terminal.print(`  ${offer}`);
  });
  for (const path of options.adapterImport) terminal.print(`${path}  is read when the daemon starts`);
}

interface Probed extends Inspection {
  readonly adapter: AdapterDefinition;
}

const FIND_LIMIT_MS = 10_000;
/** More do not help who reads. */
const MOST_SHOWN = 12;

/** What can be picked of an adapter, or how it is told; null where it is neither source nor sink, or does not work here. */
export async function offerOf({ adapter, probe, finds }: Probed): Promise<string | null> {
  const descriptor = describeAdapter(adapter);
  if (!probe.available || descriptor.roles.every((role) => role === 'control')) return null;
  if (finds) return searchIn(descriptor.id);
  const fixed = fixedPlaces(descriptor);
  if (fixed !== null) return `offers ${fixed.join(', ')}`;
  const { id, locator, schemes } = descriptor;
  const forms =
    schemes.length > 0 ? schemes.map((scheme) => `${scheme}:…`) : [`${id}:${locator?.toUpperCase()}`];
  return `its address is typed: ${forms.join(', ')}`;
}

async function searchIn(id: string): Promise<string> {
  const answer = (await spawnRead(runnerPath(), ['find', moduleOf(id)], FIND_LIMIT_MS).catch(
    (error: unknown): Found => ({
      ok: false,
      reason: error instanceof Error ? error.message : String(error),
    }),
  )) as Found;
  if (!answer.ok) return `cannot search: ${answer.reason}`;
  const urls = answer.endpoints.map(({ url }) => url);
  if (urls.length === 0) return 'finds nothing at the moment';
  const more = urls.length > MOST_SHOWN ? ` and ${urls.length - MOST_SHOWN} more` : '';
  return `finds ${urls.slice(0, MOST_SHOWN).join(', ')}${more}`;
}

// Sources run as .ts, the build as .js, in the same tree.
const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
const moduleOf = (id: string): string =>
  new URL(`../../adapters/${id}/run${extension}`, import.meta.url).href;
const runnerPath = (): string => fileURLToPath(new URL(`../runner${extension}`, import.meta.url));

/** Asks every shipped adapter whether it can work here, in a child each, since a driver may crash or block when it is touched. */
export async function probeAdapters(): Promise<readonly Probed[]> {
  const descriptors = new Map(adapters.map((adapter) => [adapter.id, describeAdapter(adapter)]));
  const catalog = {
    adapterIds: () => [...descriptors.keys()],
    adapter: (id: string) => {
      const descriptor = descriptors.get(id);
      return descriptor === undefined ? null : { descriptor, module: moduleOf(id) };
    },
  };
  const probes = new AdapterProbes(catalog, runnerPath());
  return Promise.all(
    adapters.map(async (adapter) => {
      const { probe, finds } = await probes.report(adapter.id);
      return { adapter, probe, finds };
    }),
  );
}

export function adapterLines(
  adapter: Pick<AdapterDefinition, 'id' | 'description' | 'roles'>,
  probe: Probe,
  terminal: Terminal,
): string[] {
  const roles = adapter.roles.join(', ');
  const state = probe.available ? 'works here' : `not available: ${probe.reason}`;
  return [
    `${terminal.strong(adapter.id)}  ${roles} · ${state}${probe.available && probe.version !== null ? ` (${probe.version})` : ''}`,
    `  ${adapter.description}`,
    ...(probe.available ? [] : [`  ${probe.remedy}`]),
  ];
}
