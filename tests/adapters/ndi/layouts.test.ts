import koffi from 'koffi';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import * as layouts from '../../../adapters/ndi/layouts.ts';
import { describeWithPeer } from '../../support/peers.ts';

const run = promisify(execFile);
const header = resolve('tests/fixtures/peers/ndi.h');

const structures = {
  NDIlib_source_t: layouts.sourceLayout,
  NDIlib_find_create_t: layouts.findCreateLayout,
  NDIlib_recv_create_v3_t: layouts.receiveCreateLayout,
  NDIlib_send_create_t: layouts.sendCreateLayout,
  NDIlib_video_frame_v2_t: layouts.videoLayout,
  NDIlib_audio_frame_v3_t: layouts.audioLayout,
  NDIlib_metadata_frame_t: layouts.metadataLayout,
  NDIlib_tally_t: layouts.tallyLayout,
  NDIlib_recv_performance_t: layouts.performanceLayout,
} as const;

/** Size and offset of every member, as `gcc` lays them out. */
async function laidOutByC(): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'reverie-layouts-'));
  const lines = Object.entries(structures).map(([name, layout]) => {
    const members = Object.keys(koffi.type(layout).members ?? {});
    const offsets = members.map((member) => `printf(",%zu", offsetof(${name}, ${member}));`);
    return `printf("\\"${name}\\":[%zu", sizeof(${name})); ${offsets.join(' ')} printf("],");`;
  });
  const program = `#include <stdio.h>\n#include "${header}"\nint main(void) { printf("{"); ${lines.join('\n')} printf("\\"\\":[]}"); }`;
  try {
    const binary = join(folder, 'layouts');
    const compiling = run('gcc', ['-x', 'c', '-', '-o', binary]);
    compiling.child.stdin?.end(program);
    await compiling;
    const { '': _end, ...sizes } = JSON.parse((await run(binary)).stdout) as Record<string, number[]>;
    return sizes;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describeWithPeer('g++', 'the structures of the NDI API', () => {
  test('lie in memory as a C compiler lays them out, every member of them', async () => {
    const ours = Object.entries(structures).map(([name, layout]) => {
      const members = Object.keys(koffi.type(layout).members ?? {});
      return [name, [koffi.sizeof(layout), ...members.map((member) => koffi.offsetof(layout, member))]];
    });
    expect(Object.fromEntries(ours)).toEqual(await laidOutByC());
  });
});
