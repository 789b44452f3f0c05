import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { failure, ReverieError } from '../contract/error.ts';
import type { CudaPackage } from '../inference/cuda-package.ts';
import type { OnnxRuntimeFiles } from '../inference/onnx-runtime.ts';
import { download } from './download.ts';
import { findPackage } from './nuget.ts';
import { readZip, unpack, type ZipEntry } from './zip-file.ts';

export interface InstallCuda {
  /** A package file brought from another machine (`--from`), or null to fetch it. */
  readonly from: string | null;
  readonly runtime: Pick<OnnxRuntimeFiles, 'version' | 'libraryFolder'>;
  readonly source: CudaPackage;
  /** Where the package is kept while it is fetched. */
  readonly downloads: string;
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly fetch: typeof fetch;
  /** Tries the provider in a throw-away process, once its libraries are there. */
  readonly tryCuda: () => Promise<{ readonly usable: boolean; readonly reason: string | null }>;
  readonly log: (line: string) => void;
}

/** From https://onnxruntime.ai/docs/execution-providers/CUDA-ExecutionProvider.html and TensorRT-ExecutionProvider.html. */
export const cudaRequirements = [
  'CUDA 12.x runtime libraries (cuBLAS, cuFFT, cuRAND, cudart); CUDA 11 and 13 do not fit',
  'cuDNN 9.x for CUDA 12; cuDNN 8 does not fit',
  'an NVIDIA driver for CUDA 12 (525 or newer)',
  'TensorRT 10.x only if you want the tensorrt provider',
] as const;

/** Written beside the libraries when all of them are in place. */
const RECEIPT = 'reverie-cuda.json';

/**
 * `reverie install cuda`: puts the CUDA and TensorRT providers of the installed ONNX Runtime into its library folder, which is where it
 * looks for them. Only ever run by hand. Each file appears whole or not at all, and a second run goes on where the first ended.
 * Throws E_INSTALL with what to do by hand.
 */
export async function installCuda(install: InstallCuda): Promise<void> {
  const { platform, arch, log, runtime, source } = install;
  if (platform !== 'linux' || arch !== 'x64') {
    const machine = `${platform}-${arch}`;
    throw failure(
      'E_INSTALL',
      `ONNX Runtime for Node has CUDA on linux-x64 only, and this is ${machine}; WebGPU or DirectML serve there`,
    );
  }
  try {
    if (await isInstalled(runtime)) {
      log(`the CUDA provider of ONNX Runtime ${runtime.version} is installed already`);
    } else {
      const file = install.from ?? (await fetchPackage(install));
      await unpackLibraries(file, install);
      if (install.from === null) await rm(file, { force: true });
    }
  } catch (error) {
    if (error instanceof ReverieError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    const byHand = `by hand: fetch ${source.name} ${source.version} from the NuGet gallery on any machine, then run \`reverie install cuda --from FILE.nupkg\``;
    throw failure(
      'E_INSTALL',
      `the CUDA provider could not be installed: ${message}; ${byHand}`,
      null,
      error,
    );
  }
  await report(install);
}

async function fetchPackage({ source, downloads, fetch, log }: InstallCuda): Promise<string> {
  const { url, sha512, bytes } = await findPackage(
    source.name,
    source.version,
    source.index,
    async (address) => {
      const response = await fetch(address);
      if (!response.ok) throw new Error(`${address} answered ${response.status}`);
      return response.json();
    },
  );
  log(`fetching ${url}`);
  const target = join(downloads, basename(new URL(url).pathname));
  await download({ url, target, sha512, bytes, fetch, log });
  log(sha512 === null ? 'the feed publishes no checksum; the archive has its own' : 'SHA-512 is right');
  return target;
}

async function unpackLibraries(file: string, { source, runtime, log }: InstallCuda): Promise<void> {
  const entries = await readZip(file);
  await checkIdentity(file, entries, source);
  const libraries = source.libraries.map((library) => {
    const entry = entries.find(({ path }) => path === library.path);
    if (entry === undefined) throw new Error(`${file} holds no ${library.path}`);
    return { name: library.name, entry };
  });
  const parts: string[] = [];
  try {
    for (const { name, entry } of libraries) {
      const part = join(runtime.libraryFolder, `.${name}.part`);
      parts.push(part);
      log(`unpacking ${name} (${(entry.bytes / 1e6).toFixed(0)} MB)`);
      await unpack(file, entry, part);
    }
    for (const { name } of libraries) {
      await rename(join(runtime.libraryFolder, `.${name}.part`), join(runtime.libraryFolder, name));
    }
  } finally {
    await Promise.all(parts.map((part) => rm(part, { force: true })));
  }
  const sizes = Object.fromEntries(libraries.map(({ name, entry }) => [name, entry.bytes]));
  const receipt = { version: runtime.version, sizes };
  await writeFile(join(runtime.libraryFolder, RECEIPT), `${JSON.stringify(receipt, null, 2)}\n`);
}

/** A provider of another release would be loaded and crash: names and interfaces inside change without notice. */
async function checkIdentity(file: string, entries: readonly ZipEntry[], source: CudaPackage): Promise<void> {
  const entry = entries.find(({ path }) => path.toLowerCase() === `${source.name.toLowerCase()}.nuspec`);
  if (entry === undefined) throw new Error(`${file} is not the package ${source.name}`);
  const copy = `${file}.nuspec`;
  try {
    await unpack(file, entry, copy);
    const [, version] = /<version>\s*([^<\s]+)\s*<\/version>/.exec(await readFile(copy, 'utf8')) ?? [];
    if (version !== source.version) {
      throw new Error(`${file} is version ${version ?? 'unknown'} and ONNX Runtime is ${source.version}`);
    }
  } finally {
    await rm(copy, { force: true });
  }
}

async function isInstalled({ libraryFolder, version }: InstallCuda['runtime']): Promise<boolean> {
  try {
    const receipt: unknown = JSON.parse(await readFile(join(libraryFolder, RECEIPT), 'utf8'));
    if (!isRecord(receipt) || receipt['version'] !== version || !isRecord(receipt['sizes'])) return false;
    const same = Object.entries(receipt['sizes']).map(
      async ([name, size]) => (await stat(join(libraryFolder, name))).size === size,
    );
    return (await Promise.all(same)).every(Boolean);
  } catch {
    return false;
  }
}

async function report({ log, tryCuda }: InstallCuda): Promise<void> {
  log('the system must bring:');
  for (const requirement of cudaRequirements) log(`  ${requirement}`);
  const { usable, reason } = await tryCuda();
  log(usable ? 'cuda works on this machine' : `cuda cannot be used yet: ${reason ?? 'no reason given'}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
