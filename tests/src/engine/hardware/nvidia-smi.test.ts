import { describe, expect, it } from 'vitest';
import { parseSmi } from '../../../../src/engine/hardware/nvidia-smi.ts';

const gib = 1024 ** 3;

describe('the output of nvidia-smi', () => {
  it('is one GPU a line', () => {
    const output =
      '0, NVIDIA GeForce RTX 4090, 24576, 20480, 550.54.14\n1, NVIDIA H200, 143771, 143000, 550.54.14\n';
    const { gpus, unread } = parseSmi(output);
    expect(unread).toBe(0);
    expect(gpus[0]).toEqual({
      index: 0,
      name: 'NVIDIA GeForce RTX 4090',
      totalMemoryBytes: 24 * gib,
      freeMemoryBytes: 20 * gib,
      driver: '550.54.14',
    });
    expect(gpus[1]?.index).toBe(1);
  });

  it('may have a name with a comma, and lines that end as on Windows', () => {
    const { gpus } = parseSmi('0, Quadro, Embedded, 8192, 4096, 551.61\r\n');
    expect(gpus[0]).toMatchObject({ name: 'Quadro, Embedded', freeMemoryBytes: 4 * gib, driver: '551.61' });
  });

  it.each([
    ['no memory told', '0, NVIDIA GB10, [N/A], [N/A], 580.1'],
    ['an error text', 'NVIDIA-SMI has failed because it couldn’t communicate with the NVIDIA driver.'],
    ['half a line', '0, NVIDIA'],
    ['units left in', '0, NVIDIA A, 8192 MiB, 4096 MiB, 551.61'],
    ['a negative number', '0, NVIDIA A, 8192, -1, 551.61'],
  ])('leaves out and counts a line with %s', (_case, line) => {
    expect(parseSmi(`${line}\n0, NVIDIA A, 8192, 4096, 551.61\n`)).toMatchObject({
      unread: 1,
      gpus: [{ name: 'NVIDIA A' }],
    });
  });

  it('may be empty', () => {
    expect(parseSmi('\n')).toEqual({ gpus: [], unread: 0 });
  });
});
