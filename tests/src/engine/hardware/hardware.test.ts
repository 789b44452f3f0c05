import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Hardware, type HardwareOptions } from '../../../../src/engine/hardware/hardware.ts';
import type { Ending, Throwaway } from '../../../../src/engine/hardware/throwaway.ts';

const fixture = (name: string): URL => new URL(`./fixtures/${name}.mjs`, import.meta.url);
const byId = <T extends { id: string }>(list: readonly T[], id: string): T | undefined =>
  list.find((one) => one.id === id);

/** Stands in for the throw-away processes, whose real endings `throwaway.test.ts` shows. */
class Machine {
  readonly runs: string[] = [];
  /** How often GPU memory was asked for. */
  gpuProbes = 0;
  nowMs = 0;
  atOnce = 0;
  mostAtOnce = 0;
  driver = '580.1';
  freeMemoryBytes = 20e9;
  vulkan: unknown = null;
  gpus: Ending | null = null;
  readonly endings: Record<string, Ending> = {
    cuda: this.took(0.4),
    webgpu: this.took(2),
    cpu: this.took(10),
    tensorrt: this.refuses('libnvinfer.so.10: cannot open shared object file'),
    dml: this.took(1),
    coreml: this.took(1),
  };

  took(convolutionMs: number): Ending {
    return answered({ usable: true, convolutionMs, cpuMs: 10, reason: null });
  }

  refuses(reason: string, errors = ''): Ending {
    return answered({ usable: false, convolutionMs: null, cpuMs: 10, reason }, errors);
  }

  readonly run: Throwaway = async (module, [what = '']) => {
    this.mostAtOnce = Math.max(this.mostAtOnce, (this.atOnce += 1));
    await Promise.resolve();
    this.atOnce -= 1;
    if (basename(module.pathname).startsWith('gpu-probe')) {
      if (what === 'memory') this.gpuProbes += 1;
      return this.gpus ?? this.nvidia();
    }
    this.runs.push(what);
    return this.endings[what] ?? { kind: 'failed', reason: 'no such provider', errors: '' };
  };

  private nvidia(): Ending {
    const { driver, freeMemoryBytes, vulkan } = this;
    const gpu = { index: 0, name: 'NVIDIA Test', totalMemoryBytes: 24e9, freeMemoryBytes, driver };
    return answered({ nvml: { ok: true, value: { gpus: [gpu], omitted: null } }, vulkan });
  }
}

function answered(answer: unknown, errors = ''): Ending {
  return { kind: 'answered', answer, errors };
}

let homeDir: string;
let machine: Machine;
let log: string[];
beforeEach(() => {
  homeDir = mkdtempSync(join(tmpdir(), 'reverie-hardware-'));
  machine = new Machine();
  log = [];
});
afterEach(() => rmSync(homeDir, { recursive: true, force: true }));

function hardware(options: Partial<HardwareOptions> = {}): Hardware {
  return new Hardware({
    homeDir,
    probeModule: fixture('unruly-probe'),
    runtime: '1.30.0',
    log: (line) => log.push(line),
    nvidiaSmi: () => Promise.reject(Object.assign(new Error('spawn'), { code: 'ENOENT' })),
    platform: 'linux',
    arch: 'x64',
    run: machine.run,
    clockMs: () => machine.nowMs,
    ...options,
  });
}

describe('execution providers', () => {
  it('are the CPU alone until something better has answered', async () => {
    const here = hardware();
    expect(here.providers()).toEqual(['cpu']);
    const { providers } = await here.report();
    expect(here.providers()).toEqual(['cuda', 'webgpu', 'cpu']);
    expect(providers.map(({ reason }) => reason)).toEqual([
      null,
      'slower: 2.0 ms where cuda takes 0.4 ms',
      'slower: 10.0 ms where cuda takes 0.4 ms',
      'libnvinfer.so.10: cannot open shared object file',
    ]);
  });

  it('are tried one after the other, and only those that the platform can have', async () => {
    await hardware().report();
    await hardware({ homeDir: join(homeDir, 'a'), arch: 'arm64' }).report();
    await hardware({ homeDir: join(homeDir, 'b'), platform: 'win32' }).report();
    await hardware({ homeDir: join(homeDir, 'c'), platform: 'darwin' }).report();
    expect(machine.mostAtOnce).toBe(1);
    expect(machine.runs.join(' ')).toBe('cuda tensorrt webgpu cpu cpu dml webgpu cpu coreml webgpu cpu');
  });

  it('that are refused all say what to do', async () => {
    machine.endings['cuda'] = { kind: 'failed', reason: 'it crashed (SIGSEGV) and said nothing', errors: '' };
    const { providers } = await hardware().report();
    expect(byId(providers, 'cuda')).toMatchObject({ usable: false, convolutionMs: null });
    expect(byId(providers, 'cuda')?.reason).toContain('SIGSEGV');
    for (const { usable, remedy } of providers) expect(usable || (remedy ?? '') !== '').toBe(true);
  });

  it('name the library that is missing and what to install', async () => {
    const missing = 'libcudnn.so.9: cannot open shared object file: No such file or directory';
    const errors = `E FAIL : Failed to load library /opt/libonnxruntime_providers_cuda.so with error: ${missing}\n`;
    machine.endings['cuda'] = machine.refuses('Append_Cuda: Failed to load shared library', errors);
    const own = 'libonnxruntime_providers_shared.so: cannot open shared object file';
    machine.endings['tensorrt'] = machine.refuses(own);
    const { providers } = await hardware().report();
    expect(byId(providers, 'cuda')?.reason).toBe(missing);
    expect(byId(providers, 'cuda')?.remedy).toContain('cuDNN 9');
    expect(byId(providers, 'tensorrt')?.remedy).toContain('reverie install cuda');
  });

  it('lose ONNX Runtime’s own source lines from their reasons', async () => {
    const said = 'Failed to get a WebGPU adapter: No supported adapters';
    machine.endings['webgpu'] = machine.refuses(
      `/src/core/webgpu_context.cc:136 Init()::<lambda()> ok was false. ${said}`,
    );
    expect(byId((await hardware().report()).providers, 'webgpu')?.reason).toBe(said);
  });

  it('that are much slower than one CPU core are refused as software', async () => {
    machine.endings['webgpu'] = machine.took(75);
    machine.endings['cuda'] = machine.took(29);
    const { providers } = await hardware().report();
    expect(byId(providers, 'webgpu')).toMatchObject({ usable: false, convolutionMs: null });
    expect(byId(providers, 'webgpu')?.reason).toMatch(/software adapter/);
    // Slow, yet no software: it stays as a second choice.
    expect(byId(providers, 'cuda')).toMatchObject({ usable: true, convolutionMs: 29 });
    expect(providers[0]?.id).toBe('cpu');
  });

  it('leave WebGPU untried where Vulkan has only drivers that paint on the CPU', async () => {
    const lavapipe = { name: 'llvmpipe (LLVM 15)', software: true, driverVersion: 1 };
    machine.vulkan = { ok: true, value: [lavapipe] };
    const { providers } = await hardware().report();
    expect(byId(providers, 'webgpu')?.reason).toMatch(/software adapter: .*llvmpipe/);
    expect(machine.runs).not.toContain('webgpu');
  });

  it('try WebGPU where there is a real GPU beside the software driver', async () => {
    const adapters = [
      { name: 'llvmpipe (LLVM 15)', software: true, driverVersion: 1 },
      { name: 'NVIDIA Test', software: false, driverVersion: 2 },
    ];
    machine.vulkan = { ok: true, value: adapters };
    expect(byId((await hardware().report()).providers, 'webgpu')?.usable).toBe(true);
  });

  it.each([
    [{ usable: 'yes', convolutionMs: 1 }],
    [{ usable: true, convolutionMs: -1 }],
    [{ usable: true, convolutionMs: null }],
    [{ usable: false, convolutionMs: null }],
    [{ provider: 'dml', usable: true, convolutionMs: 1 }],
    [null],
    [3],
    [[]],
  ])('are refused where the answer is %j', async (answer) => {
    machine.endings['cuda'] = answered(answer);
    const { providers } = await hardware().report();
    expect(byId(providers, 'cuda')).toMatchObject({
      usable: false,
      reason: expect.stringMatching(/another shape/) as string,
    });
  });
});

describe('what was measured', () => {
  it('is known at once at the next start, and only what failed is tried again', async () => {
    await hardware().report();
    machine.runs.length = 0;
    const next = hardware();
    expect(next.providers()).toEqual(['cuda', 'webgpu', 'cpu']);
    await next.report();
    expect(machine.runs).toEqual(['tensorrt']);
  });

  it('is measured anew after a driver update', async () => {
    await hardware().report();
    machine.driver = '590.2';
    machine.runs.length = 0;
    await hardware().report();
    expect(machine.runs).toEqual(['cuda', 'tensorrt', 'webgpu', 'cpu']);
  });

  it('is not believed with another ONNX Runtime', async () => {
    await hardware().report();
    expect(hardware({ runtime: '1.31.0' }).providers()).toEqual(['cpu']);
  });

  it('is measured once, however often it is asked for', async () => {
    const here = hardware();
    await Promise.all([here.report(), here.report()]);
    await here.report();
    expect(machine.runs).toHaveLength(4);
  });

  it('is reported even where it cannot be kept', async () => {
    const file = join(homeDir, 'file');
    writeFileSync(file, '');
    const { providers } = await hardware({ homeDir: file }).report();
    expect(providers[0]?.id).toBe('cuda');
    expect(log.join()).toContain('could not be kept');
  });
});

describe('GPU memory', () => {
  it('is read anew each time', async () => {
    const here = hardware();
    expect((await here.refreshMemory()).gpus[0]?.freeMemoryBytes).toBe(20e9);
    machine.freeMemoryBytes = 3e9;
    const figures = await here.refreshMemory();
    expect(figures).toMatchObject({ gpuSource: 'nvml', gpuReason: null });
    expect(figures.gpus[0]).toMatchObject({ name: 'NVIDIA Test', freeMemoryBytes: 3e9, driver: '580.1' });
    expect(machine.runs).toEqual([]);
  });

  it('is asked for once, however many want a report at a time or shortly after', async () => {
    const here = hardware();
    await Promise.all(Array.from({ length: 25 }, () => here.report()));
    for (let again = 0; again < 25; again += 1) await here.report();
    expect(machine.gpuProbes).toBe(1);
  });

  it('is not older than seconds in a report, and of this moment before a pipeline is loaded', async () => {
    const here = hardware();
    await here.report();
    machine.freeMemoryBytes = 3e9;
    expect((await here.report()).gpus[0]?.freeMemoryBytes).toBe(20e9);
    machine.nowMs += 6_000;
    expect((await here.report()).gpus[0]?.freeMemoryBytes).toBe(3e9);
    machine.freeMemoryBytes = 1e9;
    expect((await here.refreshMemory()).gpus[0]?.freeMemoryBytes).toBe(1e9);
    expect((await here.report()).gpus[0]?.freeMemoryBytes).toBe(1e9);
  });

  it('comes from nvidia-smi where NVML cannot be used', async () => {
    machine.gpus = answered({ nvml: { ok: false, reason: 'no NVIDIA driver' }, vulkan: null });
    const nvidiaSmi = (): Promise<string> => Promise.resolve('0, NVIDIA A, 24564, 1024, 550.54\nbroken\n');
    const figures = await hardware({ nvidiaSmi }).refreshMemory();
    expect(figures.gpuSource).toBe('nvidia-smi');
    expect(figures.gpuReason).toBe('NVML: no NVIDIA driver; 1 line(s) of nvidia-smi could not be read');
    expect(figures.gpus[0]?.freeMemoryBytes).toBe(1024 ** 3);
  });

  it.each([
    ['a crash', { kind: 'failed', reason: 'it crashed (SIGSEGV)', errors: '' } as const, 'it crashed'],
    ['nonsense', answered({ nvml: { ok: true, value: { gpus: [{}] } }, vulkan: null }), 'another shape'],
    ['no GPU', answered({ nvml: { ok: true, value: { gpus: [], omitted: null } }, vulkan: null }), 'no GPU'],
  ])(
    'is unknown, with the reasons, where NVML ends in %s and nvidia-smi is not there',
    async (_case, ending, reason) => {
      machine.gpus = ending;
      const figures = await hardware().refreshMemory();
      expect(figures).toMatchObject({ gpus: [], gpuSource: 'none' });
      expect(figures.gpuReason).toContain(reason);
      expect(figures.gpuReason).toContain('nvidia-smi: not installed');
    },
  );
});
