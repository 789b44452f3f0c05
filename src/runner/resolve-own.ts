import type { ResolveHook } from 'node:module';

// Runs in the loader's own thread, see `register` of node:module.
let insider = '';

/** `url` is a module of ours: seen from there, `reverie/…` is what our package.json exports. */
export function initialize(url: string): void {
  insider = url;
}

export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  const fromInside = { ...context, parentURL: insider };
  if (specifier.startsWith('reverie/')) return nextResolve(specifier, fromInside);
  if (specifier !== 'zod') return nextResolve(specifier, context);
  // Ours only where the package brings none: schemas of another zod 4 are as good.
  try {
    return await nextResolve(specifier, context);
  } catch {
    return nextResolve(specifier, fromInside);
  }
};
