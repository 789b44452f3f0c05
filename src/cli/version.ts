import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Version of the package this file belongs to, found upward: sources and `dist/` lie at different depths. */
export function packageVersion(folder: string = import.meta.dirname): string {
  try {
    const content: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return typeof content === 'object' && content !== null && 'version' in content
      ? String(content.version)
      : 'unknown';
  } catch {
    const parent = dirname(folder);
    return parent === folder ? 'unknown' : packageVersion(parent);
  }
}
