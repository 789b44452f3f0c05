/** Where a package lies on a NuGet v3 feed, and what it must look like. */
export interface NugetPackage {
  readonly url: string;
  /** Base64 of the SHA-512, and the length; null where the feed does not publish them. */
  readonly sha512: string | null;
  readonly bytes: number | null;
}

/**
 * Finds a package by the resources that the feed's service index names. Source: https://learn.microsoft.com/nuget/api/overview,
 * `PackageBaseAddress/3.0.0` for the file, `RegistrationsBaseUrl/3.6.0` and its catalog entry for the checksum.
 */
export async function findPackage(
  name: string,
  version: string,
  index: string,
  fetchJson: (url: string) => Promise<unknown>,
): Promise<NugetPackage> {
  const id = name.toLowerCase();
  const release = version.toLowerCase();
  const resources = field(await fetchJson(index), 'resources');
  const base = resource(resources, 'PackageBaseAddress/3.0.0');
  if (base === null) throw new Error(`${index} names no place for package files`);
  const url = new URL(`${id}/${release}/${id}.${release}.nupkg`, base).href;
  const registrations = resource(resources, 'RegistrationsBaseUrl/3.6.0');
  if (registrations === null) return { url, sha512: null, bytes: null };
  const leaf = await fetchJson(new URL(`${id}/${release}.json`, registrations).href);
  const catalogUrl = field(leaf, 'catalogEntry');
  const entry = typeof catalogUrl === 'string' ? await fetchJson(catalogUrl) : catalogUrl;
  const hash = field(entry, 'packageHash');
  const size = field(entry, 'packageSize');
  const known = typeof hash === 'string' && field(entry, 'packageHashAlgorithm') === 'SHA512';
  return { url, sha512: known ? hash : null, bytes: typeof size === 'number' ? size : null };
}

function resource(resources: unknown, type: string): string | null {
  const found = (Array.isArray(resources) ? resources : []).find(
    (one: unknown) => field(one, '@type') === type,
  );
  const id = field(found, '@id');
  if (typeof id !== 'string') return null;
  return id.endsWith('/') ? id : `${id}/`;
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
