import { join } from 'node:path';
import type { Preset } from '../../contract/preset.ts';
import type { ShowFiles } from '../disk-files.ts';
import { readPresets } from './preset-text.ts';

/** The presets that came with Reverie, in the order of their files' names. One that cannot be read is left out and told. */
export async function readShipped(
  folder: string,
  files: ShowFiles,
  log: (line: string) => void,
): Promise<readonly Preset[]> {
  const names = (await files.list(folder)).filter((name) => name.endsWith('.json')).sort();
  const read = names.map(async (name): Promise<readonly Preset[]> => {
    try {
      return readPresets((await files.read(join(folder, name))) ?? '');
    } catch (error) {
      log(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      return [];
    }
  });
  return (await Promise.all(read)).flat();
}
