import koffi from 'koffi';
import type { Size } from '../../src/contract/frame.ts';
import type { SharedTexture } from './texture-share.ts';

// Spout keeps its senders in shared memory: the names in `SpoutSenderNames`, 256 bytes each, up to an empty one; what each shares
// in memory of its name, as { handle, width, height, … }. Written against SpoutSenderNames.h of Spout 2.007; not yet run on Windows.

const NAMES = 'SpoutSenderNames';
const NAME_BYTES = 256;
const FILE_MAP_READ = 4;
const INFO_BYTES = 12;

/** All that share now. Reading shared memory needs no place in a table that a newer SpoutLibrary might move. */
export function sharedTextures(): readonly SharedTexture[] {
  const names = readShared(NAMES, null);
  return names === null
    ? []
    : namesIn(names).map((name) => ({ name, size: sizeIn(readShared(name, INFO_BYTES)) }));
}

export function namesIn(memory: Uint8Array): readonly string[] {
  const names: string[] = [];
  for (let at = 0; at + NAME_BYTES <= memory.length && memory[at] !== 0; at += NAME_BYTES) {
    const entry = memory.subarray(at, at + NAME_BYTES);
    const end = entry.indexOf(0);
    names.push(Buffer.from(entry.subarray(0, end === -1 ? NAME_BYTES : end)).toString('latin1'));
  }
  return names;
}

export function sizeIn(memory: Uint8Array | null): Size | null {
  if (memory === null || memory.length < INFO_BYTES) return null;
  const info = new DataView(memory.buffer, memory.byteOffset, memory.byteLength);
  const size = { width: info.getUint32(4, true), height: info.getUint32(8, true) };
  return size.width > 0 && size.height > 0 ? size : null;
}

/** A copy of what is mapped under a name, all of it where `bytes` is null; null where there is none. */
function readShared(name: string, bytes: number | null): Uint8Array | null {
  const handle = 'void *';
  const kernel = koffi.load('kernel32.dll');
  const close = kernel.func('CloseHandle', 'bool', [handle]);
  const file: bigint | null = kernel.func('OpenFileMappingA', handle, ['uint32', 'bool', 'const char *'])(
    FILE_MAP_READ,
    false,
    name,
  );
  if (file === null) return null;
  try {
    const view: bigint | null = kernel.func('MapViewOfFile', handle, [
      handle,
      'uint32',
      'uint32',
      'uint32',
      'size_t',
    ])(file, FILE_MAP_READ, 0, 0, bytes ?? 0);
    if (view === null) return null;
    try {
      return new Uint8Array(koffi.view(view, bytes ?? regionBytes(view))).slice();
    } finally {
      kernel.func('UnmapViewOfFile', 'bool', [handle])(view);
    }
  } finally {
    close(file);
  }
}

const regionLayout = koffi.struct({
  base: 'void *',
  allocationBase: 'void *',
  allocationProtect: 'uint32',
  partition: 'uint16',
  size: 'size_t',
  state: 'uint32',
  protect: 'uint32',
  type: 'uint32',
});

/** How much of it there is: the number of senders is a setting of the machine. */
function regionBytes(view: bigint): number {
  const region: { size?: number | bigint } = {};
  const query = koffi
    .load('kernel32.dll')
    .func('VirtualQuery', 'size_t', ['void *', koffi.out(koffi.pointer(regionLayout)), 'size_t']);
  return query(view, region, koffi.sizeof(regionLayout)) === 0
    ? NAME_BYTES
    : Number(region.size ?? NAME_BYTES);
}
