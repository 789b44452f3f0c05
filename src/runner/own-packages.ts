import { register } from 'node:module';

/** Root of the compiled tree: what lies in it finds its imports by itself. */
const ownTree = new URL('../../', import.meta.url).href;
let registered = false;

/**
 * Modules from outside may say `reverie/pipeline` wherever they lie, and get the files of the daemon that runs them. To be called
 * before such a module is imported; costs nothing where only our own are.
 */
export function offerOwnPackages(module: string): void {
  if (registered || module.startsWith(ownTree)) return;
  registered = true;
  register('./resolve-own.js', import.meta.url, { data: import.meta.url });
}
