import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The little that the show needs of a file system. Handed in, so that tests can break it. */
export interface ShowFiles {
  /** The text of a file, or null where there is none. */
  read(path: string): Promise<string | null>;
  /** Afterwards the file holds this text, or, if anything fails or the power goes, what it held before. */
  replace(path: string, text: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Null where there is no such file. */
  facts(path: string): Promise<{ readonly bytes: number; readonly changedAt: number } | null>;
  /** Names in a folder. */
  list(folder: string): Promise<readonly string[]>;
}

const largest = 16 * 2 ** 20;

export const diskFiles: ShowFiles = {
  async read(path) {
    try {
      const { size } = await stat(path);
      if (size > largest) throw new Error(`${size} bytes are too many for a show`);
      return await readFile(path, 'utf8');
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  },
  async replace(path, text) {
    const fresh = `${path}.${process.pid}.new`;
    await mkdir(dirname(path), { recursive: true });
    try {
      const handle = await open(fresh, 'w', 0o600);
      try {
        await handle.writeFile(text);
        // Without it, a power cut after the rename can leave an empty file under the good name.
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(fresh, path);
    } catch (error) {
      await rm(fresh, { force: true });
      throw error;
    }
  },
  async remove(path) {
    await rm(path, { force: true });
  },
  async facts(path) {
    try {
      const { size, mtimeMs } = await stat(path);
      return { bytes: size, changedAt: Math.round(mtimeMs) };
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  },
  async list(folder) {
    try {
      return await readdir(folder);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  },
};

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
