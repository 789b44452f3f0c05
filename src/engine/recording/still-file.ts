import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '../../contract/error.ts';
import { DEFAULT_NAME, fileName, type NameFields } from '../../contract/recording-name.ts';

/** Writes a picture beside the recordings, under the first name that is free; answers it. Throws `E_RECORDING_FULL`, `E_RECORDING_FAILED`. */
export async function writeStill(folder: string, fields: NameFields, bytes: Uint8Array): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (let number = 1; ; number += 1) {
    const name = `${fileName(DEFAULT_NAME, fields, number)}.png`;
    try {
      await writeFile(join(folder, name), bytes, { flag: 'wx' });
      return name;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : null;
      if (code === 'EEXIST') continue;
      if (code === 'ENOSPC')
        throw failure('E_RECORDING_FULL', `${folder}: there is no room left on its disk`);
      throw failure('E_RECORDING_FAILED', `${folder} cannot be written: ${String(error)}`, null, error);
    }
  }
}
