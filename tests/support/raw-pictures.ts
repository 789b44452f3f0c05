import type { Readable } from 'node:stream';

/** Cuts a program's output into pictures, `[height, width, 4]` of RGBA; each is a copy. */
export function onPictures(
  output: Readable,
  { width, height }: { readonly width: number; readonly height: number },
  picture: (pixels: Uint8Array) => void,
): void {
  const bytes = width * height * 4;
  let parts: Buffer[] = [];
  let have = 0;
  output.on('data', (part: Buffer) => {
    parts.push(part);
    have += part.length;
    if (have < bytes) return;
    let rest = Buffer.concat(parts);
    for (; rest.length >= bytes; rest = rest.subarray(bytes))
      picture(new Uint8Array(rest.subarray(0, bytes)));
    parts = [rest];
    have = rest.length;
  });
}
