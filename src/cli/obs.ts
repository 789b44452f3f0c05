import { hostname } from 'node:os';
import { Connection } from '../../adapters/obs/connection.ts';
import { plainEvents } from '../../adapters/obs/events.ts';
import { remove, setUp, type SetupLine } from '../../adapters/obs/setup.ts';
import { failure, isErrorCode } from '../contract/error.ts';
import { graphSchema, type Graph } from '../contract/graph.ts';
import { obsSetupPlan, obsSetupReport, obsSetupSchema, type ObsSetupWish } from '../contract/obs-setup.ts';
import { obsWayNames, type ObsSetupReport } from '../contract/obs-ways.ts';
import { optionTable, type Options } from '../options.ts';
import { urlOf } from '../server/access/reach.ts';
import type { CommandLine } from './command-line.ts';
import { suggestion } from './nearest.ts';
import type { Terminal } from './terminal.ts';

/** A daemon answers at once; OBS may take some seconds for what it is asked. */
const DAEMON_MS = 30_000;

/**
 * `reverie obs setup`, `reverie obs remove`: by the daemon that runs, which knows its show; where none runs, or one that was not
 * started with --obs, OBS is asked from here.
 */
export async function obs(
  { subject, own }: CommandLine,
  options: Options,
  terminal: Terminal,
): Promise<void> {
  const wish = wishOf(own);
  const base = urlOf('127.0.0.1', options.port);
  const report = (await askDaemon(base, subject, wish)) ?? (await askObs(base, subject, wish, options));
  for (const line of report.said) terminal.print(line);
}

function wishOf(own: CommandLine['own']): ObsSetupWish {
  const way = own.get('way') ?? 'auto';
  if (!obsWayNames.some((name) => name === way))
    throw failure(
      'E_OPTION_INVALID',
      `--way must be one of ${obsWayNames.join(', ')}, not "${way}".${suggestion(way, obsWayNames)}`,
      { option: '--way' },
    );
  return obsSetupSchema.parse({
    way,
    matte: own.has('matte') ? 'packed' : 'none',
    replace: own.has('replace'),
    token: own.get('token') ?? null,
  });
}

/** Null where no daemon answers, or it has no OBS. */
async function askDaemon(
  base: string,
  subject: string | null,
  wish: ObsSetupWish,
): Promise<ObsSetupReport | null> {
  const request =
    subject === 'remove'
      ? { method: 'DELETE' }
      : {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(wish),
        };
  const answer = await fetched(`${base}/api/v1/obs/setup`, request);
  const report = obsSetupReport.safeParse(answer);
  if (report.success) return report.data;
  const error = errorIn(answer);
  if (error === null || error.code === 'E_OBS_OFF' || error.code === 'E_HTTP_NOT_FOUND') return null;
  throw failure(isErrorCode(error.code) ? error.code : 'E_INTERNAL', error.message);
}

async function askObs(
  base: string,
  subject: string | null,
  wish: ObsSetupWish,
  options: Options,
): Promise<ObsSetupReport> {
  const graph = await graphOfDaemon(base);
  const end = new AbortController();
  const line: SetupLine & Pick<Connection, 'close'> = await Connection.open({
    url: options.obs ?? optionTable.obs.bare,
    password: options.obsPassword,
    events: plainEvents,
    onEvent: () => undefined,
    onNonsense: () => undefined,
    signal: end.signal,
  });
  try {
    const place = { graph, base, machine: hostname() };
    return subject === 'remove' ? await remove(line) : await setUp(line, obsSetupPlan(wish, place));
  } finally {
    line.close();
  }
}

async function graphOfDaemon(base: string): Promise<Graph> {
  const graph = graphSchema.safeParse(await fetched(`${base}/api/v1/graph`, {}));
  return graph.success ? graph.data : { nodes: [], links: [] };
}

/** What is answered, or null where nobody does. */
async function fetched(url: string, init: RequestInit): Promise<unknown> {
  try {
    return await (await fetch(url, { ...init, signal: AbortSignal.timeout(DAEMON_MS) })).json();
  } catch {
    return null;
  }
}

function errorIn(answer: unknown): { readonly code: string; readonly message: string } | null {
  if (typeof answer !== 'object' || answer === null || !('error' in answer)) return null;
  const { error } = answer;
  if (typeof error !== 'object' || error === null || !('code' in error) || !('message' in error)) return null;
  return { code: String(error.code), message: String(error.message) };
}
