import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const cli = fileURLToPath(new URL('../../dist/src/cli.js', import.meta.url));

function run(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [cli, ...args], (error, output, errors) => {
      if (error === null) resolve(output);
      else reject(new Error(`${error.message}\n${output}\n${errors}`));
    });
  });
}

describe('reverie doctor', () => {
  it('loads every native package, computes on the CPU and finds this machine fit to play', async () => {
    const home = mkdtempSync(join(tmpdir(), 'reverie-doctor-'));
    try {
      const output = await run([
        'doctor',
        '--home',
        home,
        '--port',
        '0',
        '--osc-port',
        '0',
        '--color',
        'never',
      ]);
      for (const name of ['koffi', 'onnxruntime-node', '@napi-rs/canvas']) {
        expect(output).toMatch(new RegExp(`^ok +${name} +loads`, 'm'));
      }
      expect(output).toMatch(/^ok +provider cpu .* ms for the test convolution$/m);
      expect(output).toMatch(/^ok +adapter test-pattern +works/m);
      expect(output.trimEnd()).toMatch(/Reverie can play on this machine\.$/);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });
});
