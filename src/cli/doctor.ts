import { createSocket } from 'node:dgram';
import { readFileSync, statfsSync } from 'node:fs';
import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hardware } from '../engine/hardware/hardware.ts';
import { runThrowaway } from '../engine/hardware/throwaway.ts';
import { onnxRuntimeFiles } from '../inference/onnx-runtime.ts';
import { optionTable, type Options } from '../options.ts';
import { type DoctorQuestions, type Finding, formatDoctor, isFault, runDoctor } from './doctor-checks.ts';
import { offerOf, probeAdapters } from './list-adapters.ts';
import type { Terminal } from './terminal.ts';

/** `reverie doctor`: what works on this machine, and why not. Ends with code 1 where something is missing that a show needs. */
export async function doctor(options: Options, terminal: Terminal): Promise<void> {
  const checks = await runDoctor(questionsOf(options));
  terminal.print(formatDoctor(checks));
  if (checks.some(isFault)) process.exitCode = 1;
}

/** How the real machine is asked. */
export function questionsOf(options: Options): DoctorQuestions {
  const { home, host, port, oscHost, oscPort } = options;
  return {
    nodeVersion: process.versions.node,
    nodeNeeded: nodeNeeded(),
    loads: loadsPackage,
    frameMemory: () => tryFrameMemory(options.memory),
    hardware: () => askHardware(home),
    adapters: async () =>
      Promise.all(
        (await probeAdapters()).map(async (probed) => ({
          id: probed.adapter.id,
          probe: probed.probe,
          offer: await offerOf(probed),
        })),
      ),
    httpPort: async () =>
      portFinding(await listenTcp(host, port), `${host}:${port}`, 'port', await daemonAt(host, port)),
    oscPort: async () =>
      portFinding(
        await bindUdp(oscHost, oscPort),
        `${oscHost}:${oscPort}`,
        'osc-port',
        await daemonAt(host, port),
      ),
    home: () => tryHome(home),
  };
}

const LOAD_TIMEOUT_MS = 20_000;

async function loadsPackage(name: string): Promise<Finding> {
  const entry = sibling('./import-check');
  const ending = await runThrowaway(entry, [name], LOAD_TIMEOUT_MS, new AbortController().signal);
  const answer = ending.kind === 'answered' ? ending.answer : null;
  if (isRecord(answer) && answer['ok'] === true) return { ok: true, message: 'loads' };
  const reason = isRecord(answer)
    ? String(answer['reason'])
    : ending.kind === 'failed'
      ? ending.reason
      : 'no answer';
  const remedy = `Run \`npm install\`; ${process.platform}-${process.arch} may have no build of ${name}.`;
  return { ok: false, message: `cannot be loaded (${firstLine(reason)})`, remedy };
}

/** Takes a little frame memory for a moment, as the daemon does. */
async function tryFrameMemory(choice: Options['memory']): Promise<Finding> {
  const folder = await mkdtemp(join(tmpdir(), 'reverie-doctor-'));
  try {
    // Loads koffi: only now, so that a machine without it is still told everything else.
    const { SegmentStore } = await import('../engine/memory/segment-store.ts');
    const store = new SegmentStore(folder, choice, () => undefined);
    const segment = await store.create(TRIAL_BYTES);
    segment.remove();
    store.close();
    const { kind, reason } = store.status;
    const where = kind === 'file' ? `in files: ${reason ?? 'chosen'}` : `in shared memory${freeShared()}`;
    return { ok: true, message: `frames lie ${where}` };
  } catch (error) {
    const remedy = 'Free or enlarge /dev/shm, or start with --memory file.';
    return { ok: false, message: `no frame memory can be had: ${firstLine(error)}`, remedy };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const TRIAL_BYTES = 4 * 1024 * 1024;

function freeShared(): string {
  if (process.platform !== 'linux') return '';
  const { bavail, bsize } = statfsSync('/dev/shm');
  return `, ${((bavail * bsize) / 1024 ** 3).toFixed(1)} GiB free`;
}

async function askHardware(homeDir: string): Promise<Awaited<ReturnType<DoctorQuestions['hardware']>>> {
  const runtime = onnxRuntimeFiles()?.fingerprint ?? null;
  const probeModule = sibling('../inference/probe');
  return new Hardware({ homeDir, probeModule, runtime, log: () => undefined }).report();
}

function portFinding(
  taken: string | null,
  place: string,
  key: 'port' | 'osc-port',
  daemonRuns: boolean,
): Finding {
  if (taken === null) return { ok: true, message: `${place} is free` };
  if (daemonRuns && taken === 'EADDRINUSE')
    return { ok: true, message: `${place} is used by Reverie, which is running` };
  if (taken === 'EADDRINUSE') {
    return {
      ok: false,
      message: `${place} is used by another program`,
      remedy: `Choose another with --${key}, or end that program.`,
    };
  }
  return {
    ok: false,
    message: `${place} cannot be listened on (${taken})`,
    remedy: `Choose another with --${key} or --${hostFlag(key)}.`,
  };
}

function hostFlag(key: 'port' | 'osc-port'): string {
  return key === 'port' ? 'host' : 'osc-host';
}

function listenTcp(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}

function bindUdp(address: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    socket.once('error', (error: NodeJS.ErrnoException) => {
      socket.close();
      resolve(error.code ?? error.message);
    });
    socket.bind({ address, port, exclusive: true }, () => socket.close(() => resolve(null)));
  });
}

/** Whether what listens there is Reverie itself. */
async function daemonAt(host: string, port: number): Promise<boolean> {
  try {
    const name = host.includes(':') ? `[${host}]` : host;
    const response = await fetch(`http://${name}:${port}/health`, {
      signal: AbortSignal.timeout(1_000),
    });
    // One that listens wider asks for a token where it was not asked by its loopback address.
    if (response.headers.get('www-authenticate')?.includes('Reverie') === true) return true;
    const health: unknown = await response.json();
    return response.ok && isRecord(health) && 'version' in health;
  } catch {
    return false;
  }
}

async function tryHome(home: string): Promise<Finding> {
  const trial = join(home, `.doctor-${process.pid}`);
  try {
    const existed = await access(home).then(
      () => true,
      () => false,
    );
    await mkdir(home, { recursive: true, mode: 0o700 });
    await writeFile(trial, 'reverie');
    await rm(trial);
    return { ok: true, message: `${home} can be written${existed ? '' : ' (made just now)'}` };
  } catch (error) {
    const remedy = `Correct its permissions, or choose another folder with --home (${optionTable.home.default} by default).`;
    return { ok: false, message: `${home} cannot be written: ${firstLine(error)}`, remedy };
  }
}

function nodeNeeded(): string {
  // Sources and `dist/` lie at different depths.
  for (const path of ['../../package.json', '../../../package.json']) {
    try {
      const manifest: unknown = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
      if (isRecord(manifest) && isRecord(manifest['engines'])) return String(manifest['engines']['node']);
    } catch {
      // Not at this depth.
    }
  }
  return '>=20.19.0';
}

function sibling(path: string): URL {
  const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
  return new URL(`${path}${extension}`, import.meta.url);
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0] ?? '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
