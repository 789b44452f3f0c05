import { fileURLToPath } from 'node:url';
import type { AdapterDefinition, Probe } from '../contract/adapter.ts';
import { spawnRead } from '../engine/child-read.ts';
import { adapters } from '../installed.generated.ts';
import type { Options } from '../options.ts';
import type { Terminal } from './terminal.ts';

const PROBE_LIMIT_MS = 10_000;

/** `reverie adapters`: what is installed and whether it can work here. */
export async function listAdapters(options: Options, terminal: Terminal): Promise<void> {
  for (const { adapter, probe } of await probeAdapters()) {
    for (const line of adapterLines(adapter, probe, terminal)) terminal.print(line);
  }
  for (const path of options.adapterImport) terminal.print(`${path}  is read when the daemon starts`);
}

/** Asks every shipped adapter whether it can work here, in a child, since a driver may crash when it is touched. */
export async function probeAdapters(): Promise<
  readonly { readonly adapter: AdapterDefinition; readonly probe: Probe; readonly finds: boolean }[]
> {
  // Sources run as .ts, the build as .js, in the same tree.
  const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
  const modules = adapters.map(
    ({ id }) => new URL(`../../adapters/${id}/run${extension}`, import.meta.url).href,
  );
  const runner = fileURLToPath(new URL(`../runner${extension}`, import.meta.url));
  const answer = await spawnRead(runner, ['probe', ...modules], PROBE_LIMIT_MS).catch((error: unknown) =>
    String(error),
  );
  const probes = Array.isArray(answer) ? (answer as readonly { probe: Probe; finds: boolean }[]) : [];
  const silent: Probe = {
    available: false,
    reason: `no answer: ${String(answer)}`,
    remedy: 'See `reverie doctor`.',
  };
  return adapters.map((adapter, index) => ({
    adapter,
    ...(probes[index] ?? { probe: silent, finds: false }),
  }));
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
