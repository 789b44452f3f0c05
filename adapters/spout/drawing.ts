import koffi from 'koffi';
import { failure } from '../../src/contract/error.ts';

// Written against Microsoft's documentation of CreateWindowExA, SetPixelFormat and wglMakeCurrent; not yet run on Windows.

const pixelFormatLayout = koffi.struct({
  nSize: 'uint16',
  nVersion: 'uint16',
  dwFlags: 'uint32',
  iPixelType: 'uint8',
  cColorBits: 'uint8',
  between: koffi.array('uint8', 13),
  cDepthBits: 'uint8',
  after: koffi.array('uint8', 16),
});

const DRAW_TO_WINDOW = 4;
const SUPPORT_OPENGL = 0x20;
const DOUBLE_BUFFER = 1;

let open = false;

/** Makes an OpenGL context on a window that is never shown, once for this process, and leaves it current on this thread. */
export function openDrawing(): void {
  if (open) return;
  const handle = 'void *';
  const user = koffi.load('user32.dll');
  const gdi = koffi.load('gdi32.dll');
  const gl = koffi.load('opengl32.dll');
  const window: bigint | null = user.func(
    'void *CreateWindowExA(uint32, const char *, const char *, uint32, int, int, int, int, void *, void *, void *, void *)',
  )(0, 'STATIC', 'Reverie', 0, 0, 0, 16, 16, null, null, null, null);
  const context: bigint | null = window === null ? null : user.func('GetDC', handle, [handle])(window);
  const format = {
    nSize: koffi.sizeof(pixelFormatLayout),
    nVersion: 1,
    dwFlags: DRAW_TO_WINDOW | SUPPORT_OPENGL | DOUBLE_BUFFER,
    iPixelType: 0,
    cColorBits: 32,
    between: new Uint8Array(13),
    cDepthBits: 24,
    after: new Uint8Array(16),
  };
  const pointer = koffi.pointer(pixelFormatLayout);
  const choose: (context: bigint | null, format: object) => number = gdi.func('ChoosePixelFormat', 'int', [
    handle,
    pointer,
  ]);
  const set: (context: bigint | null, index: number, format: object) => boolean = gdi.func(
    'SetPixelFormat',
    'bool',
    [handle, 'int', pointer],
  );
  const chosen = context !== null && set(context, choose(context, format), format);
  const drawing: bigint | null = chosen ? gl.func('wglCreateContext', handle, [handle])(context) : null;
  open = drawing !== null && gl.func('wglMakeCurrent', 'bool', [handle, handle])(context, drawing) === true;
  if (!open)
    throw failure(
      'E_SPOUT_MISSING',
      'Spout needs OpenGL, which this machine does not give to a service or without a display',
    );
}
