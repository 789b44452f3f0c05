import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import type { HardwareReport, ProviderProbe, ProviderReport } from '../../contract/hardware.ts';
import { type GpuFigures, gpuFigures, readGpuProbe } from './gpu-memory.ts';
import type { GpuProbe } from './gpu-probe.ts';
import { type NvidiaSmi, runNvidiaSmi } from './nvidia-smi.ts';
import { type CacheKey, readCache, sameKey, writeCache } from './probe-cache.ts';
import {
  candidates,
  plainReason,
  probeTimeoutMs,
  rank,
  readProbe,
  refused,
  softwareRefusal,
} from './providers.ts';
import { runThrowaway, type Throwaway } from './throwaway.ts';

export interface HardwareOptions {
  /** What was measured is kept here, in `hardware.json`. */
  readonly homeDir: string;
  /** `inference/probe.js`, which this room may not import; it is only ever run as a process. */
  readonly probeModule: URL;
  /** `onnxRuntimeFiles().fingerprint`, or null where ONNX Runtime is not installed. */
  readonly runtime: string | null;
  log(line: string): void;
  readonly gpuProbeModule?: URL;
  readonly nvidiaSmi?: NvidiaSmi;
  readonly platform?: NodeJS.Platform;
  readonly arch?: string;
  /** Time limit of a probe in milliseconds. */
  readonly timeoutMs?: (provider: string) => number;
  readonly run?: Throwaway;
  /** Any steady clock, milliseconds. */
  readonly clockMs?: () => number;
}

const GPU_PROBE_TIMEOUT_MS = 15_000;
/** Asking for GPU memory takes a process and 80 ms of a core: a report may be so old. */
const REPORT_AGE_MS = 5_000;

/**
 * What this machine can compute on. Everything that touches a driver happens in throw-away processes, one at a time and at low
 * priority; this process only waits for them. Nothing starts before the first call of `report` or `refreshMemory`: call
 * `report` once the first frame is out.
 */
export class Hardware {
  readonly #options: Required<HardwareOptions>;
  readonly #abort = new AbortController();
  readonly #cacheFile: string;
  #ranked: readonly ProviderReport[];
  #probing: Promise<readonly ProviderReport[]> | null = null;
  #reading: Promise<GpuFigures> | null = null;
  #read: { readonly figures: GpuFigures; readonly atMs: number } | null = null;

  constructor(options: HardwareOptions) {
    const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
    this.#options = {
      gpuProbeModule: new URL(`./gpu-probe${extension}`, import.meta.url),
      nvidiaSmi: runNvidiaSmi,
      platform: process.platform,
      arch: process.arch,
      timeoutMs: probeTimeoutMs,
      run: runThrowaway,
      clockMs: () => performance.now(),
      ...options,
    };
    this.#cacheFile = join(options.homeDir, 'hardware.json');
    this.#ranked = this.#remembered();
  }

  /** Execution providers that work, fastest first as far as is known now; the CPU is always among them. */
  providers(): readonly string[] {
    const ids = this.#ranked.filter((provider) => provider.usable).map((provider) => provider.id);
    return ids.includes('cpu') ? ids : [...ids, 'cpu'];
  }

  /** Resolves when every provider was tried; GPU memory in it is at most some seconds old. Never rejects because of a driver. */
  async report(): Promise<HardwareReport> {
    const probing = (this.#probing ??= this.#probe());
    const providers = await probing;
    const figures = await this.#recentMemory();
    const cpu = { model: cpus()[0]?.model.trim() ?? 'unknown', cores: availableParallelism() };
    const memory = { totalBytes: totalmem(), freeBytes: freemem() };
    const platform = `${this.#options.platform}-${this.#options.arch}`;
    return { ...figures, providers, cpu, memory, platform, node: process.version };
  }

  /** GPU memory at this moment. Calls that come while one is under way share its answer. */
  refreshMemory(): Promise<GpuFigures> {
    this.#reading ??= this.#askGpus('memory')
      .then(({ probe, failed }) => gpuFigures(probe, failed, this.#options.nvidiaSmi))
      .then((figures) => {
        this.#read = { figures, atMs: this.#options.clockMs() };
        return figures;
      })
      .finally(() => (this.#reading = null));
    return this.#reading;
  }

  #recentMemory(): Promise<GpuFigures> {
    const read = this.#read;
    const recent = read !== null && this.#options.clockMs() - read.atMs < REPORT_AGE_MS;
    return recent ? Promise.resolve(read.figures) : this.refreshMemory();
  }

  /** Ends the processes that are still being asked. */
  close(): void {
    this.#abort.abort();
  }

  /** Last time's ranking, if machine and runtime are the same; whether the driver is, is only known after asking it. */
  #remembered(): readonly ProviderReport[] {
    const cached = readCache(this.#cacheFile);
    if (cached === null || !sameKey(cached.key, this.#key(cached.key.driver))) return [];
    return rank(cached.probes);
  }

  #key(driver: string): CacheKey {
    const { platform, arch, runtime } = this.#options;
    return { machine: `${platform}-${arch} ${cpus()[0]?.model ?? ''}`, runtime: runtime ?? 'none', driver };
  }

  async #probe(): Promise<readonly ProviderReport[]> {
    const { probe: gpus } = await this.#askGpus('all');
    const key = this.#key(driverOf(gpus));
    const cached = readCache(this.#cacheFile);
    const known = cached !== null && sameKey(cached.key, key) ? cached.probes : [];
    const adapters = gpus?.vulkan?.ok === true ? gpus.vulkan.value : [];
    const probes: ProviderProbe[] = [];
    for (const provider of candidates(this.#options.platform, this.#options.arch)) {
      // What failed is tried again at each start: someone may have installed what it lacked.
      const before = known.find((probe) => probe.provider === provider && probe.usable);
      probes.push(before ?? softwareRefusal(provider, adapters) ?? (await this.#try(provider)));
    }
    const ranked = rank(probes);
    if (this.#abort.signal.aborted) return ranked;
    this.#ranked = ranked;
    await writeCache(this.#cacheFile, { key, probes }).catch((error: unknown) => {
      this.#options.log(`the hardware report could not be kept: ${String(error)}`);
    });
    this.#options.log(
      `execution providers: ${ranked.map(({ id, usable }) => (usable ? id : `(${id})`)).join(', ')}`,
    );
    return ranked;
  }

  async #try(provider: string): Promise<ProviderProbe> {
    const { run, probeModule, timeoutMs } = this.#options;
    const ending = await run(probeModule, [provider], timeoutMs(provider), this.#abort.signal);
    if (ending.kind === 'failed') return refused(provider, ending.reason);
    const probe = readProbe(provider, ending.answer);
    if (probe === null) return refused(provider, 'its probe gave an answer of another shape');
    return probe.reason === null ? probe : { ...probe, reason: plainReason(probe.reason, ending.errors) };
  }

  async #askGpus(what: 'memory' | 'all'): Promise<{ probe: GpuProbe | null; failed: string | null }> {
    const { run, gpuProbeModule } = this.#options;
    const ending = await run(gpuProbeModule, [what], GPU_PROBE_TIMEOUT_MS, this.#abort.signal);
    if (ending.kind === 'failed') return { probe: null, failed: ending.reason };
    const probe = readGpuProbe(ending.answer);
    return { probe, failed: probe === null ? 'its probe gave an answer of another shape' : null };
  }
}

/** One text for every driver that was found; it changes when one of them is updated. */
function driverOf(probe: GpuProbe | null): string {
  const nvidia = probe?.nvml.ok === true ? (probe.nvml.value.gpus[0]?.driver ?? 'none') : 'none';
  const vulkan = probe?.vulkan?.ok === true ? probe.vulkan.value : [];
  const adapters = vulkan.map(({ name, driverVersion }) => `${name} ${driverVersion}`).join(', ');
  return `nvidia ${nvidia}; vulkan ${adapters || 'none'}`;
}
