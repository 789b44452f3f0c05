import { describe, expect, it } from 'vitest';
import { PROBE_SIDE, probeModel, probePicture } from '../../../src/inference/probe-model.ts';
import { probeProvider } from '../../../src/inference/probe.ts';
import { openSession } from '../../../src/inference/session.ts';

describe('the probe', () => {
  it('finds the CPU usable and times its convolution', async () => {
    const probe = await probeProvider('cpu');
    expect(probe).toMatchObject({ provider: 'cpu', usable: true, reason: null });
    expect(probe.convolutionMs).toBeGreaterThan(0);
    expect(probe.cpuMs).toBe(probe.convolutionMs);
  });

  it('says in ONNX Runtime’s own words why a provider cannot be used, and still times the CPU', async () => {
    const probe = await probeProvider('coreml');
    expect(probe).toMatchObject({ provider: 'coreml', usable: false, convolutionMs: null });
    expect(probe.reason).toMatch(/^no available backend found/);
    expect(probe.cpuMs).toBeGreaterThan(0);
  });

  it('convolves a picture to one that is neither flat nor clipped away, so that wrong results show', async () => {
    const ignore = (): void => undefined;
    const session = await openSession(probeModel(), { providers: ['cpu'], log: ignore, busy: ignore });
    const result = new Uint8Array(PROBE_SIDE * PROBE_SIDE * 3);
    await session.run({ picture: probePicture() }, { result });
    await session.close();
    const inside = result.filter((value) => value > 0 && value < 255).length;
    expect(inside / result.length).toBeGreaterThan(0.5);
    expect(new Set(result).size).toBeGreaterThan(64);
  });
});
