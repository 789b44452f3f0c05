import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as file from '../../adapters/file/run.ts';
import * as stream from '../../adapters/stream/run.ts';
import type { AdapterModule } from '../../src/contract/adapter.ts';
import type { JsonObject } from '../../src/contract/json.ts';
import { SourceDouble } from '../conformance/contexts.ts';
import { describeWithPeer } from '../support/peers.ts';
import { tempFolder } from '../support/temp-folder.ts';

// Damaged streams in this very process: a crash of FFmpeg would take the tests with it.
const RUNS = 30;
/** FFmpeg keeps some memory between two inputs; what grows with each of them would be far more. */
const MOST_GROWTH_BYTES = 150e6;
const coded = ['E_SOURCE_LOST', 'E_SOURCE_UNREADABLE', 'E_SOURCE_ABSENT'];

interface Damage {
  /** 0..1 of the stream, and what is put there. */
  readonly spots: readonly (readonly [number, number])[];
  /** Where it is cut off, 0..1. */
  readonly cut: number;
}

const damage: fc.Arbitrary<Damage> = fc.record({
  spots: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), { maxLength: 200 }),
  cut: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
});

function damaged(whole: Buffer, { spots, cut }: Damage): Buffer {
  const bytes = Buffer.from(whole.subarray(0, Math.floor(whole.length * cut)));
  for (const [place, value] of spots)
    bytes[Math.min(bytes.length - 1, Math.floor(place * bytes.length))] = value;
  return bytes;
}

/** Plays it until it ends by itself or has shown enough; the code it ended with, or null. */
async function played(module: AdapterModule, config: JsonObject, enough: number): Promise<string | null> {
  const context = new SourceDouble({
    config,
    wanted: { width: 32, height: 32 },
    onFrame: (frame, self) => {
      if (frame.sequence >= enough) self.controller.abort();
    },
  });
  try {
    await module.source?.run(context);
    return null;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

describeWithPeer('ffmpeg', 'a damaged stream', () => {
  const folder = tempFolder('fuzz');
  let whole: Buffer;
  let served: Buffer = Buffer.alloc(0);
  let server: Server;

  beforeAll(async () => {
    const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=128x96:r=30:d=1', '-f', 'lavfi', '-i', 'sine=d=1'];
    const code = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '10', '-c:a', 'aac', '-f', 'mpegts', '-'];
    const options = { encoding: 'buffer', maxBuffer: 2 ** 26 } as const;
    whole = (await promisify(execFile)('ffmpeg', ['-v', 'error', ...picture, ...code], options)).stdout;
    // Without a length, as live streams are.
    server = createServer((_, answer) => void answer.writeHead(200).end(served)).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => server?.close());

  test('over HTTP plays on or ends with a code, and memory does not grow with it', async () => {
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/live.ts`;
    const ends = async (bytes: Buffer): Promise<void> => {
      served = bytes;
      expect(coded).toContain(await played(stream, { url }, 1000));
    };
    for (let n = 0; n < 3; n += 1) await ends(whole);
    const before = process.memoryUsage.rss();
    await fc.assert(
      fc.asyncProperty(damage, (each) => ends(damaged(whole, each))),
      { numRuns: RUNS },
    );
    expect(process.memoryUsage.rss() - before).toBeLessThan(MOST_GROWTH_BYTES);
  });

  test('as a file plays on or ends with a code', async () => {
    const path = join(folder, 'clip.ts');
    await fc.assert(
      fc.asyncProperty(damage, async (each) => {
        await writeFile(path, damaged(whole, each));
        expect([null, ...coded]).toContain(await played(file, { path, loop: false }, 1));
      }),
      { numRuns: RUNS },
    );
  });
});
