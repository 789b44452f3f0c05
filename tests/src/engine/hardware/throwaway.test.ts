import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Hardware } from '../../../../src/engine/hardware/hardware.ts';
import { runThrowaway } from '../../../../src/engine/hardware/throwaway.ts';

// Real processes. The scripts in fixtures stand in for drivers and cannot show how real ones behave.
const fixture = (name: string): URL => new URL(`./fixtures/${name}.mjs`, import.meta.url);
const probe = fixture('unruly-probe');
const never = new AbortController().signal;
const PATIENT = 20_000;

let folder: string;
let hanging: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reverie-throwaway-'));
  hanging = join(folder, 'hanging');
  vi.stubEnv('PROBE_HANGS', hanging);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function expectEnded(): void {
  const pid = Number(readFileSync(hanging, 'utf8'));
  expect(pid).toBeGreaterThan(0);
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
}

describe('a throw-away process', () => {
  it('has answered with its last line, even where it crashes after it', async () => {
    const ending = await runThrowaway(probe, ['cuda'], PATIENT, never);
    expect(ending).toMatchObject({ kind: 'answered', answer: { provider: 'cuda', convolutionMs: 0.4 } });
  });

  it('that hangs is ended', async () => {
    const ending = await runThrowaway(probe, ['tensorrt'], 500, never);
    expect(ending).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/^it hung: no answer within 0.5 s/) as string,
    });
  });

  it('that is cancelled is ended', async () => {
    const abort = new AbortController();
    const ending = runThrowaway(probe, ['tensorrt'], PATIENT, abort.signal);
    await vi.waitFor(() => expect(existsSync(hanging)).toBe(true), { timeout: PATIENT });
    abort.abort();
    expect(await ending).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/cancelled/) as string,
    });
    expectEnded();
  });

  it('that crashes tells the signal', async () => {
    const ending = await runThrowaway(probe, ['webgpu'], PATIENT, never);
    expect(ending).toMatchObject({ kind: 'failed', reason: 'it crashed (SIGABRT) and said nothing' });
  });

  it('that prints half an answer has failed', async () => {
    const ending = await runThrowaway(probe, ['dml'], PATIENT, never);
    expect(ending).toMatchObject({ kind: 'failed', reason: expect.stringContaining('"{') as string });
  });

  it('whose script is not there has failed, and standard error says why', async () => {
    const ending = await runThrowaway(fixture('nowhere'), [], PATIENT, never);
    expect(ending).toMatchObject({ kind: 'failed', reason: 'it ended with code 1 and said nothing' });
    expect(ending.errors).toContain('Cannot find module');
  });
});

describe('a machine whose drivers misbehave', () => {
  it('still reports, and plays on what is left', async () => {
    const hardware = new Hardware({
      homeDir: folder,
      probeModule: probe,
      gpuProbeModule: fixture('crash'),
      runtime: '1.30.0',
      log: () => undefined,
      nvidiaSmi: () => Promise.resolve(''),
      platform: 'linux',
      arch: 'x64',
      timeoutMs: (provider) => (provider === 'tensorrt' ? 1_000 : PATIENT),
    });
    const report = await hardware.report();
    expect(report.gpuSource).toBe('none');
    expect(report.providers.map(({ id, usable }) => [id, usable])).toEqual([
      ['cuda', true],
      ['cpu', true],
      ['tensorrt', false],
      ['webgpu', false],
    ]);
    expect(hardware.providers()).toEqual(['cuda', 'cpu']);
  });
});
