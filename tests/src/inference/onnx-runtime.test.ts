import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { cudaPackage } from '../../../src/inference/cuda-package.ts';
import { onnxRuntimeFiles } from '../../../src/inference/onnx-runtime.ts';

const folder = mkdtempSync(join(tmpdir(), 'reverie-ort-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function installed(libraries: Readonly<Record<string, string>>): string {
  const bin = join(folder, 'bin/napi-v6/linux/x64');
  mkdirSync(bin, { recursive: true });
  for (const [name, content] of Object.entries(libraries)) writeFileSync(join(bin, name), content);
  writeFileSync(join(folder, 'package.json'), '{ "version": "1.30.0" }');
  return join(folder, 'package.json');
}

describe('the installed ONNX Runtime', () => {
  it('is described without being loaded', () => {
    const files = onnxRuntimeFiles();
    expect(files?.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(files?.fingerprint).toContain('onnxruntime_binding.node');
  });

  it('changes its fingerprint when a provider is added', () => {
    const before = onnxRuntimeFiles(installed({ 'libonnxruntime.so.1': 'abc' }), 'linux', 'x64');
    const after = onnxRuntimeFiles(installed({ 'libonnxruntime_providers_cuda.so': 'cuda' }), 'linux', 'x64');
    expect(after?.fingerprint).not.toBe(before?.fingerprint);
  });

  it('is null where npm left it out', () => {
    expect(onnxRuntimeFiles(null)).toBeNull();
  });
});

describe('the package with the CUDA libraries', () => {
  it('is named by the installed onnxruntime-node, in its own version', () => {
    const files = onnxRuntimeFiles();
    if (files === null) throw new Error('onnxruntime-node is not installed');
    const source = cudaPackage(files);
    expect(source.name).toBe('Microsoft.ML.OnnxRuntime.Gpu.Linux');
    expect(source.version).toBe(files.version);
    expect(source.index).toMatch(/^https:.*\/v3\/index\.json$/);
    expect(source.libraries.map(({ name }) => name).sort()).toEqual([
      'libonnxruntime_providers_cuda.so',
      'libonnxruntime_providers_shared.so',
      'libonnxruntime_providers_tensorrt.so',
    ]);
  });

  it.each([[null], [{}], [{ manifests: {}, packages: {} }]])(
    'is an error with advice where the table is another: %j',
    (table) => {
      expect(() => cudaPackage({ packageFolder: folder, version: '1.30.0' }, () => table)).toThrow(
        expect.objectContaining({ code: 'E_INSTALL' }) as Error,
      );
    },
  );
});
