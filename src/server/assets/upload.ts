import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { failure } from '../../contract/error.ts';
import { HEAD_BYTES } from './media-type.ts';

export interface UploadRules {
  readonly limitBytes: number;
  readonly expectedBytes: number | null;
  /** Called once with the first bytes, before any is written; throws where the file is refused. */
  begun(head: Uint8Array): Promise<void>;
  written(bytes: number): void;
}

/**
 * Writes a stream into a new file, a piece at a time, and brings it to the disk. Rejects with `E_FILE_…`, or as the file system says
 * it; what was written so far is then for the caller to take away.
 */
export async function writeUpload(body: Readable, path: string, rules: UploadRules): Promise<void> {
  const { limitBytes, expectedBytes } = rules;
  const file = await open(path, 'wx', 0o600);
  let head: Buffer[] | null = [];
  let bytes = 0;
  try {
    for await (const piece of pieces(body)) {
      bytes += piece.length;
      if (bytes > limitBytes)
        throw failure('E_FILE_TOO_LARGE', `The file is larger than ${limitBytes} bytes`, { limitBytes });
      if (head !== null) {
        head.push(piece);
        if (bytes < HEAD_BYTES) continue;
        const first = Buffer.concat(head);
        head = null;
        await rules.begun(first.subarray(0, HEAD_BYTES));
        await file.writeFile(first);
      } else {
        await file.writeFile(piece);
      }
      rules.written(bytes);
    }
    if (head !== null) {
      const all = Buffer.concat(head);
      await rules.begun(all);
      await file.writeFile(all);
      rules.written(bytes);
    }
    if (expectedBytes !== null && bytes !== expectedBytes) throw brokenOff(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function* pieces(body: Readable): AsyncGenerator<Buffer> {
  let bytes = 0;
  try {
    // An upload that is refused is answered, so its connection must outlive the reading.
    for await (const piece of body.iterator({ destroyOnReturn: false })) {
      const part = Buffer.from(piece);
      bytes += part.length;
      yield part;
    }
  } catch (error) {
    throw brokenOff(bytes, error);
  }
}

function brokenOff(bytes: number, cause?: unknown): Error {
  return failure('E_FILE_BROKEN_OFF', `The upload ended after ${bytes} bytes`, { bytes }, cause);
}
