import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type * as onnxRuntime from 'onnxruntime-node';
import { failure } from '../contract/error.ts';

export type OnnxRuntime = typeof onnxRuntime;

/** Codes with which Node says that a package, or the native binary inside it, is not there or does not fit. */
const absentCodes = new Set(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND', 'ERR_DLOPEN_FAILED']);

/**
 * Loads ONNX Runtime when the first session is opened and not before: the import maps a 45 MB library.
 * Throws E_INFERENCE_MISSING where npm left it out (a failed install script drops the package without a word) or where it
 * ships no binary for this machine.
 */
export async function loadOnnxRuntime(
  load: () => Promise<OnnxRuntime> = () => import('onnxruntime-node'),
): Promise<OnnxRuntime> {
  try {
    const runtime = await load();
    // Its warnings about devices that are not there would fill the runner's log.
    runtime.env.logLevel = 'error';
    return runtime;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && absentCodes.has(String(error.code)))) throw error;
    const machine = `${process.platform}-${process.arch}`;
    const because = error.message.split('\n')[0] ?? '';
    throw failure(
      'E_INFERENCE_MISSING',
      `ONNX Runtime cannot be loaded on ${machine}: ${because}`,
      null,
      error,
    );
  }
}

export interface OnnxRuntimeFiles {
  readonly version: string;
  /** The installed package. */
  readonly packageFolder: string;
  /** Where its libraries lie and where it looks for those of its providers. */
  readonly libraryFolder: string;
  /** Changes whenever a library is added, removed or replaced; what a probe found is valid for one such value. */
  readonly fingerprint: string;
}

/** Facts about the installed package, read without loading its native code. Null where it is not installed. */
export function onnxRuntimeFiles(
  manifest: string | null = manifestPath(),
  platform: NodeJS.Platform = process.platform,
  arch: string = process.arch,
): OnnxRuntimeFiles | null {
  if (manifest === null) return null;
  const packageFolder = dirname(manifest);
  const { version } = readManifest(manifest);
  const libraryFolder = join(packageFolder, 'bin', 'napi-v6', platform, arch);
  return { version, packageFolder, libraryFolder, fingerprint: `${version} ${librariesIn(libraryFolder)}` };
}

function manifestPath(): string | null {
  try {
    return createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
  } catch {
    return null;
  }
}

function readManifest(path: string): { version: string } {
  const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const version =
    typeof content === 'object' && content !== null && 'version' in content ? content.version : null;
  return { version: typeof version === 'string' ? version : 'unknown' };
}

function librariesIn(folder: string): string {
  try {
    const libraries = readdirSync(folder).filter((name) => /\.(so|dll|dylib|node)/.test(name));
    return libraries
      .sort()
      .map((name) => `${name}:${statSync(join(folder, name)).size}`)
      .join(' ');
  } catch {
    return 'none';
  }
}
