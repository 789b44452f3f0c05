import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '../contract/error.ts';
import { Hardware } from '../engine/hardware/hardware.ts';
import { cudaPackage } from '../inference/cuda-package.ts';
import { onnxRuntimeFiles } from '../inference/onnx-runtime.ts';
import type { Options } from '../options.ts';
import { installCuda } from './install-cuda.ts';
import type { Terminal } from './terminal.ts';

/** `reverie install cuda`: gives the installation what it needs of this machine. `from` is a package file brought by hand. */
export async function install(from: string | null, options: Options, terminal: Terminal): Promise<void> {
  const runtime = onnxRuntimeFiles();
  if (runtime === null)
    throw failure('E_INSTALL', 'ONNX Runtime itself is not installed; run `npm ci` first.');
  const downloads = join(options.home, 'downloads');
  await mkdir(downloads, { recursive: true });
  await installCuda({
    from,
    runtime,
    source: cudaPackage(runtime),
    downloads,
    platform: process.platform,
    arch: process.arch,
    fetch,
    tryCuda: () => tryCuda(options.home),
    log: (line) => terminal.print(line),
  });
}

async function tryCuda(homeDir: string): Promise<{ usable: boolean; reason: string | null }> {
  const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
  const probeModule = new URL(`../inference/probe${extension}`, import.meta.url);
  // Read anew: the libraries were not there a moment ago.
  const runtime = onnxRuntimeFiles()?.fingerprint ?? null;
  const hardware = new Hardware({ homeDir, probeModule, runtime, log: () => undefined });
  const { providers } = await hardware.report();
  const cuda = providers.find(({ id }) => id === 'cuda');
  return { usable: cuda?.usable ?? false, reason: cuda?.reason ?? 'it was not tried on this platform' };
}
