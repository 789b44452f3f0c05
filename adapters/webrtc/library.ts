import { failure } from '../../src/contract/error.ts';

export type Library = typeof import('node-datachannel');

let loading: Promise<Library> | null = null;

/** libdatachannel by way of node-datachannel, an optional package. Rejects with `E_SESSION_UNAVAILABLE` where it is not there. */
export async function loadLibrary(): Promise<Library> {
  loading ??= import('node-datachannel');
  try {
    return await loading;
  } catch (error) {
    loading = null;
    const why = error instanceof Error ? error.message : String(error);
    throw failure('E_SESSION_UNAVAILABLE', `node-datachannel cannot be loaded: ${why}`, null, error);
  }
}
