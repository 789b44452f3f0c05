import type { AdapterRole } from '../../../src/contract/adapter.ts';
import { freshName, playing } from './rings.ts';

/** A source has a writer on the other side; a sink has the name for itself. */
export function config(role: AdapterRole | null) {
  const name = freshName();
  const writer = role === 'source' ? playing(name) : null;
  const clean = (): Promise<void> => Promise.resolve(writer?.stop());
  return Promise.resolve({ config: { name }, clean });
}
