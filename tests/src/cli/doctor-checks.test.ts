import { describe, expect, it } from 'vitest';
import {
  type DoctorQuestions,
  type Finding,
  formatDoctor,
  isFault,
  runDoctor,
} from '../../../src/cli/doctor-checks.ts';
import type { HardwareReport } from '../../../src/contract/hardware.ts';

const fine = (message: string) => (): Promise<Finding> => Promise.resolve({ ok: true, message });
const broken = (message: string) => (): Promise<Finding> =>
  Promise.resolve({ ok: false, message, remedy: `mend: ${message}` });

const report: HardwareReport = {
  gpus: [
    {
      index: 0,
      name: 'NVIDIA A',
      totalMemoryBytes: 24 * 2 ** 30,
      freeMemoryBytes: 20 * 2 ** 30,
      driver: '550.1',
    },
  ],
  gpuSource: 'nvml',
  gpuReason: null,
  providers: [
    { id: 'cuda', usable: true, convolutionMs: 0.42, reason: null, remedy: null },
    {
      id: 'cpu',
      usable: true,
      convolutionMs: 12,
      reason: 'slower: 12.0 ms where cuda takes 0.4 ms',
      remedy: null,
    },
    { id: 'webgpu', usable: false, convolutionMs: null, reason: 'no adapter', remedy: 'Install a driver.' },
  ],
  cpu: { model: 'test', cores: 2 },
  memory: { totalBytes: 1, freeBytes: 1 },
  platform: 'linux-x64',
  node: 'v20.20.2',
};

function ask(changes: Partial<DoctorQuestions> = {}): DoctorQuestions {
  return {
    nodeVersion: '20.20.2',
    nodeNeeded: '>=20.19.0',
    loads: fine('loads'),
    frameMemory: fine('frames lie in shared memory'),
    hardware: () => Promise.resolve(report),
    adapters: () =>
      Promise.resolve([
        { id: 'test-pattern', probe: { available: true, version: null }, offer: 'offers test-pattern:bars' },
        {
          id: 'file',
          probe: { available: false, reason: 'no FFmpeg', remedy: 'Run npm install.' },
          offer: null,
        },
      ]),
    httpPort: fine('free'),
    oscPort: fine('free'),
    home: fine('can be written'),
    ...changes,
  };
}

const check = async (questions: DoctorQuestions, id: string) =>
  (await runDoctor(questions)).find((one) => one.id === id);

describe('reverie doctor', () => {
  it('finds no fault on a machine that can play, and says so', async () => {
    const checks = await runDoctor(ask());
    expect(checks.filter(isFault)).toEqual([]);
    expect(formatDoctor(checks)).toMatch(/Reverie can play on this machine\.$/);
  });

  it('gives a remedy for every no, and none for a yes', async () => {
    const loads = (name: string): Promise<Finding> =>
      name === 'node-av' ? broken('cannot be loaded')() : fine('loads')();
    for (const { ok, remedy } of await runDoctor(ask({ loads }))) expect(remedy === null).toBe(ok);
  });

  it.each(['koffi', 'onnxruntime-node', '@napi-rs/canvas'])('calls a missing %s a fault', async (name) => {
    const loads = (asked: string): Promise<Finding> =>
      asked === name ? broken('cannot be loaded')() : fine('loads')();
    expect((await runDoctor(ask({ loads }))).filter(isFault).map(({ id }) => id)).toEqual([name]);
  });

  it('lets a show play without FFmpeg, a GPU or an adapter', async () => {
    const loads = (asked: string): Promise<Finding> =>
      asked === 'node-av' ? broken('cannot be loaded')() : fine('loads')();
    const hardware = () =>
      Promise.resolve({ ...report, gpus: [], gpuSource: 'none' as const, gpuReason: 'no driver' });
    const checks = await runDoctor(ask({ loads, hardware }));
    expect(checks.filter(isFault)).toEqual([]);
    expect(checks.find(({ id }) => id === 'gpu')?.message).toContain('no driver');
  });

  it('calls frame memory, home and ports that cannot be had faults, and names them last', async () => {
    const faults = { frameMemory: broken('full'), home: broken('read-only'), oscPort: broken('taken') };
    const text = formatDoctor(await runDoctor(ask(faults)));
    expect(text).toMatch(/To be put right: memory, home, osc-port\.$/);
    expect(text).toContain('→ mend: full');
  });

  it('calls a CPU that cannot compute a fault', async () => {
    const cpu = {
      id: 'cpu',
      usable: false,
      convolutionMs: null,
      reason: 'not installed',
      remedy: 'npm install',
    };
    const hardware = () => Promise.resolve({ ...report, providers: [cpu] });
    expect((await runDoctor(ask({ hardware }))).filter(isFault).map(({ id }) => id)).toEqual([
      'provider cpu',
    ]);
  });

  it('says which provider is in use and why others are not', async () => {
    expect(await check(ask(), 'provider cuda')).toMatchObject({
      ok: true,
      message: expect.stringContaining('in use, 0.4 ms') as string,
    });
    expect(await check(ask(), 'provider cpu')).toMatchObject({
      ok: true,
      message: expect.stringMatching(/^works/) as string,
    });
    expect(await check(ask(), 'provider webgpu')).toMatchObject({
      ok: false,
      message: 'no adapter',
      remedy: 'Install a driver.',
    });
    expect((await check(ask(), 'gpu 0'))?.message).toBe(
      'NVIDIA A, 20.0 of 24.0 GiB free, driver 550.1 (nvml)',
    );
  });

  it.each([
    ['20.19.0', true],
    ['20.20.2', true],
    ['22.0.0', true],
    ['20.18.9', false],
    ['18.20.0', false],
  ])('judges Node %s', async (nodeVersion, ok) => {
    expect((await check(ask({ nodeVersion }), 'node'))?.ok).toBe(ok);
  });
});
