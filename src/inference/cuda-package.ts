import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { failure } from '../contract/error.ts';
import type { OnnxRuntimeFiles } from './onnx-runtime.ts';

/** Where the CUDA and TensorRT libraries come from that the npm package leaves out for their size. */
export interface CudaPackage {
  /** Package id on the NuGet feed. */
  readonly name: string;
  readonly version: string;
  /** Service index of the NuGet v3 feed. */
  readonly index: string;
  readonly libraries: readonly CudaLibrary[];
}

export interface CudaLibrary {
  /** File name in ONNX Runtime's library folder. */
  readonly name: string;
  /** Path inside the package. */
  readonly path: string;
}

/**
 * Reads it from the table that the installed onnxruntime-node carries for its own install script, so that name, version and feed
 * always belong to the binary that will load the libraries. Throws E_INSTALL where the table is not as 1.30 has it.
 */
export function cudaPackage(
  { packageFolder, version }: Pick<OnnxRuntimeFiles, 'packageFolder' | 'version'>,
  read: (path: string) => unknown = createRequire(import.meta.url),
): CudaPackage {
  const table = read(join(packageFolder, 'script', 'install-metadata.js'));
  const manifest = field(table, 'manifests', 'linux/x64:cuda12');
  const entry = field(table, 'packages', 'nuget:linux/x64:cuda12');
  const release = asArray(field(entry, 'versions')).find((one) => field(one, 'version') === version);
  const feed = release === undefined ? undefined : field(release, 'feed');
  const index = typeof feed === 'string' ? field(table, 'feeds', feed, 'index') : undefined;
  const name = field(entry, 'name');
  const libraries = Object.entries(isRecord(manifest) ? manifest : {}).map(([file, from]) => ({
    name: basename(file),
    path: String(field(from, 'path')),
  }));
  if (typeof name !== 'string' || typeof index !== 'string' || libraries.length === 0) {
    throw failure(
      'E_INSTALL',
      `onnxruntime-node ${version} does not say where its CUDA libraries come from; unpack them by hand as its documentation says`,
    );
  }
  return { name, version, index, libraries };
}

function field(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), value);
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
