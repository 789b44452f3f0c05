import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { claim, isClaimed } from './claim.ts';
import type { FrameMemory } from './frame-memory.ts';
import { allocatePages } from './posix-memory.ts';

/** Frame memory in ordinary files, for machines whose /dev/shm is missing or small (containers give 64 MB). */
export function fileMemory(folder: string): FrameMemory {
  const pathOf = (name: string): string => join(folder, `${name.replace(/^\//, '')}.frames`);
  return {
    kind: 'file',
    async create(name, bytes) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const path = pathOf(name);
      const fd = openSync(path, 'wx+', 0o600);
      claim(fd);
      try {
        await allocatePages(fd, bytes);
      } catch (error) {
        closeSync(fd);
        rmSync(path, { force: true });
        throw error;
      }
      let removed = false;
      return {
        ref: { kind: 'file', name: path, bytes },
        remove() {
          if (removed) return;
          removed = true;
          closeSync(fd);
          rmSync(path, { force: true });
        },
      };
    },
    removeLeftover(name) {
      try {
        const fd = openSync(pathOf(name), 'r+');
        const free = !isClaimed(fd);
        closeSync(fd);
        if (free) rmSync(pathOf(name));
        return free;
      } catch {
        return false;
      }
    },
    names: () => [],
  };
}
