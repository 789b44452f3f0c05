import koffi from 'koffi';
import { failure } from '../../src/contract/error.ts';
import { frameBytes, isFrameSize, type Size } from '../../src/contract/frame.ts';
import { openDrawing } from './drawing.ts';
import { sharedTextures } from './sender-list.ts';
import type { Look, TextureReceiver, TextureSender, TextureShare } from './texture-share.ts';

// Written against SpoutLibrary.h of Spout 2.007 (github.com/leadedge/Spout2); not yet run on Windows.

type Pointer = bigint;
type Prototype = Parameters<typeof koffi.call>[1];

const GL_RGBA = 0x1908;

/** Places in the table of the interface SPOUTLIBRARY. Only its first part is used, which stayed the same since 2.007. */
const slot = {
  setSenderName: 0,
  releaseSender: 2,
  sendImage: 5,
  setReceiverName: 14,
  releaseReceiver: 15,
  receiveImage: 17,
  isUpdated: 18,
  isConnected: 19,
  isFrameNew: 20,
  getSenderName: 21,
  getSenderWidth: 22,
  getSenderHeight: 23,
} as const;

const self = 'void *';
const prototypes = {
  name: koffi.proto('void', [self, 'const char *']),
  release: koffi.proto('void', [self, 'uint32']),
  nothing: koffi.proto('void', [self]),
  yesNo: koffi.proto('bool', [self]),
  number: koffi.proto('uint32', [self]),
  text: koffi.proto('const char *', [self]),
  send: koffi.proto('bool', [self, 'void *', 'uint32', 'uint32', 'uint32', 'bool']),
  receive: koffi.proto('bool', [self, 'void *', 'uint32', 'bool', 'uint32']),
};

/** Opens SpoutLibrary.dll. Throws `E_SPOUT_MISSING` where it is not. */
export function openSpout(): TextureShare {
  if (process.platform !== 'win32')
    throw failure('E_SPOUT_MISSING', `Spout is Windows only; this is ${process.platform}`);
  const create = load();
  return {
    version: '2.007',
    senders: sharedTextures,
    openReceiver: (name) => new Receiver(open(create), name),
    openSender: (name) => new Sender(open(create), name),
  };
}

function load(): () => Pointer | null {
  const tried: string[] = [];
  const programs = process.env['ProgramFiles'] ?? 'C:\\Program Files';
  for (const place of ['SpoutLibrary.dll', `${programs}\\Spout\\SpoutLibrary.dll`]) {
    try {
      return koffi.load(place).func('GetSpout', self, []);
    } catch (error) {
      tried.push(`${place} (${error instanceof Error ? error.message : String(error)})`);
    }
  }
  throw failure('E_SPOUT_MISSING', `SpoutLibrary was not found; looked at ${tried.join(', ')}`);
}

function open(create: () => Pointer | null): Spout {
  // Spout copies through OpenGL, which wants a window's context on the thread that calls.
  openDrawing();
  const pointer = create();
  if (pointer === null) throw failure('E_SPOUT_MISSING', 'SpoutLibrary.dll gives no Spout');
  return new Spout(pointer);
}

/** An object of C++, called through its table of methods. */
class Spout {
  readonly #pointer: Pointer;
  readonly #table: Pointer;

  constructor(pointer: Pointer) {
    this.#pointer = pointer;
    this.#table = koffi.decode(pointer, self);
  }

  call(index: number, prototype: Prototype, ...values: unknown[]): unknown {
    const method: Pointer = koffi.decode(this.#table, index * 8, self);
    return koffi.call(method, prototype, this.#pointer, ...values);
  }
}

class Receiver implements TextureReceiver {
  readonly #spout: Spout;
  #size: Size = { width: 0, height: 0 };
  #pixels = new Uint8Array(0);

  constructor(spout: Spout, name: string) {
    this.#spout = spout;
    if (name !== '') spout.call(slot.setReceiverName, prototypes.name, name);
  }

  look(): Look {
    const spout = this.#spout;
    const pixels = this.#pixels.length === 0 ? null : this.#pixels;
    const received = spout.call(slot.receiveImage, prototypes.receive, pixels, GL_RGBA, false, 0) === true;
    if (!received || spout.call(slot.isConnected, prototypes.yesNo) !== true) return { kind: 'absent' };
    if (spout.call(slot.isUpdated, prototypes.yesNo) === true) {
      this.#resize();
      return { kind: 'nothing' };
    }
    if (pixels === null || spout.call(slot.isFrameNew, prototypes.yesNo) !== true) return { kind: 'nothing' };
    const sender = String(spout.call(slot.getSenderName, prototypes.text) ?? '');
    return { kind: 'picture', sender, size: this.#size, pixels };
  }

  close(): void {
    this.#spout.call(slot.releaseReceiver, prototypes.nothing);
  }

  #resize(): void {
    const width = Number(this.#spout.call(slot.getSenderWidth, prototypes.number));
    const height = Number(this.#spout.call(slot.getSenderHeight, prototypes.number));
    if (!isFrameSize({ width, height }))
      throw failure('E_SOURCE_UNREADABLE', `A Spout sender has ${width}×${height} pixels`);
    this.#size = { width, height };
    this.#pixels = new Uint8Array(frameBytes(this.#size));
  }
}

class Sender implements TextureSender {
  readonly #spout: Spout;

  constructor(spout: Spout, name: string) {
    this.#spout = spout;
    spout.call(slot.setSenderName, prototypes.name, name);
  }

  send(pixels: Uint8Array, { width, height }: Size): boolean {
    return this.#spout.call(slot.sendImage, prototypes.send, pixels, width, height, GL_RGBA, false) === true;
  }

  close(): void {
    this.#spout.call(slot.releaseSender, prototypes.release, 0);
  }
}
