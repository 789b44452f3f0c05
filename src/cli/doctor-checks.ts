import type { Probe } from '../contract/adapter.ts';
import type { HardwareReport } from '../contract/hardware.ts';

/** One thing that was looked at. */
export interface Check {
  readonly id: string;
  readonly ok: boolean;
  /** False where a show can do without it. */
  readonly needed: boolean;
  readonly message: string;
  /** What to do; null where all is well. */
  readonly remedy: string | null;
}

export type Finding =
  | { readonly ok: true; readonly message: string }
  | { readonly ok: false; readonly message: string; readonly remedy: string };

/** How the machine is looked at. Every question may be slow, none may throw for a reason that a user can meet. */
export interface DoctorQuestions {
  readonly nodeVersion: string;
  /** `engines.node` of the package: `>=20.19.0`. */
  readonly nodeNeeded: string;
  /** Loads a package with native code in a throw-away process. */
  readonly loads: (packageName: string) => Promise<Finding>;
  readonly frameMemory: () => Promise<Finding>;
  readonly hardware: () => Promise<HardwareReport>;
  readonly adapters: () => Promise<
    readonly {
      readonly id: string;
      readonly probe: Probe;
      /** What can be picked of it; null where that is no question. */
      readonly offer: string | null;
    }[]
  >;
  readonly httpPort: () => Promise<Finding>;
  readonly oscPort: () => Promise<Finding>;
  readonly home: () => Promise<Finding>;
}

/** Packages with native code: what each is for, and whether a show needs it. */
const packages = [
  { name: 'koffi', needed: true, use: 'shared memory' },
  { name: 'onnxruntime-node', needed: true, use: 'pipelines that compute with ONNX Runtime' },
  { name: '@napi-rs/canvas', needed: true, use: 'stills, previews and the test pattern' },
  { name: 'node-av', needed: false, use: 'video files and streams (FFmpeg)' },
] as const;

/** Looks at everything, in the order in which a user would: what Reverie stands on, what it computes with, what it plays with. */
export async function runDoctor(ask: DoctorQuestions): Promise<readonly Check[]> {
  const checks: Check[] = [checkNode(ask)];
  // One after the other: each loads native code, and a small machine should tell the truth about each.
  for (const { name, needed, use } of packages) {
    const finding = await ask.loads(name);
    checks.push(toCheck(name, needed, { ...finding, message: `${finding.message}, for ${use}` }));
  }
  checks.push(toCheck('memory', true, await ask.frameMemory()));
  checks.push(toCheck('home', true, await ask.home()));
  checks.push(toCheck('http-port', true, await ask.httpPort()));
  checks.push(toCheck('osc-port', true, await ask.oscPort()));
  checks.push(...checkHardware(await ask.hardware()));
  for (const { id, probe, offer } of await ask.adapters()) checks.push(checkAdapter(id, probe, offer));
  return checks;
}

function toCheck(id: string, needed: boolean, finding: Finding): Check {
  return { id, needed, ok: finding.ok, message: finding.message, remedy: finding.ok ? null : finding.remedy };
}

function checkNode({ nodeVersion, nodeNeeded }: DoctorQuestions): Check {
  const ok = atLeast(nodeVersion, nodeNeeded);
  const message = ok ? `Node ${nodeVersion}` : `Node ${nodeVersion} is too old: ${nodeNeeded} is needed`;
  return {
    id: 'node',
    ok,
    needed: true,
    message,
    remedy: ok ? null : 'Install a current Node from nodejs.org.',
  };
}

function atLeast(version: string, needed: string): boolean {
  const have = numbers(version);
  const want = numbers(needed);
  const differs = want.findIndex((number, i) => number !== (have[i] ?? 0));
  return differs === -1 || (have[differs] ?? 0) > (want[differs] ?? 0);
}

function numbers(version: string): readonly number[] {
  return (version.match(/\d+/g) ?? []).slice(0, 3).map(Number);
}

function checkHardware(report: HardwareReport): readonly Check[] {
  const providers = report.providers.map(({ id, usable, convolutionMs, reason, remedy }): Check => {
    const time = convolutionMs === null ? '' : `, ${convolutionMs.toFixed(1)} ms for the test convolution`;
    const message = usable ? `${reason === null ? 'in use' : 'works'}${time}` : (reason ?? 'cannot be used');
    return {
      id: `provider ${id}`,
      ok: usable,
      needed: id === 'cpu',
      message,
      remedy: usable ? null : remedy,
    };
  });
  const gpus = report.gpus.map(({ name, freeMemoryBytes, totalMemoryBytes, driver }, i): Check => ({
    id: `gpu ${i}`,
    ok: true,
    needed: false,
    message: `${name}, ${gibibytes(freeMemoryBytes)} of ${gibibytes(totalMemoryBytes)} GiB free, driver ${driver ?? 'unknown'} (${report.gpuSource})`,
    remedy: null,
  }));
  const none: Check = {
    id: 'gpu',
    ok: false,
    needed: false,
    message: `no GPU memory can be read: ${report.gpuReason ?? 'no reason given'}`,
    remedy: 'Without an NVIDIA GPU this is as it should be; with one, install its driver.',
  };
  return [...(gpus.length > 0 ? gpus : [none]), ...providers];
}

function gibibytes(bytes: number): string {
  return (bytes / 1024 ** 3).toFixed(1);
}

function checkAdapter(id: string, probe: Probe, offer: string | null): Check {
  const facts = { id: `adapter ${id}`, ok: probe.available, needed: false };
  if (!probe.available) return { ...facts, message: probe.reason, remedy: probe.remedy };
  const works = probe.version === null ? 'works' : `works (${probe.version})`;
  return { ...facts, message: offer === null ? works : `${works}; ${offer}`, remedy: null };
}

/** What a terminal shows: a line a check, the remedy below it, and a verdict. */
export function formatDoctor(checks: readonly Check[]): string {
  const width = Math.max(0, ...checks.map(({ id }) => id.length));
  const lines = checks.flatMap(({ id, ok, needed, message, remedy }) => [
    `${ok ? 'ok   ' : needed ? 'FAULT' : 'no   '}  ${id.padEnd(width)}  ${message}`,
    ...(remedy === null ? [] : [`${' '.repeat(width + 9)}→ ${remedy}`]),
  ]);
  const faults = checks.filter(isFault).map(({ id }) => id);
  const verdict =
    faults.length === 0 ? 'Reverie can play on this machine.' : `To be put right: ${faults.join(', ')}.`;
  return [...lines, '', verdict].join('\n');
}

export function isFault({ ok, needed }: Check): boolean {
  return needed && !ok;
}
