import { posix, win32 } from 'node:path';

/** What the search for the runtime looks at. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const triplets: Readonly<Record<string, string>> = {
  x64: 'x86_64-linux-gnu',
  arm64: 'aarch64-linux-gnu',
  arm: 'arm-linux-gnueabihf',
};

/**
 * Where the library of the NDI runtime may lie, in the order to try: what the operator named and nothing else; else the folder
 * that an installer announced (newest first), then the usual places. Names without a folder are left to the system's loader.
 */
export function runtimePlaces({ platform, arch, environment }: Surroundings): readonly string[] {
  const named = environment['REVERIE_NDI_LIB'] ?? '';
  if (named !== '') return [named];
  const announced = ['NDI_RUNTIME_DIR_V6', 'NDI_RUNTIME_DIR_V5'].flatMap((key) => environment[key] ?? []);
  switch (platform) {
    case 'win32': {
      const file = arch === 'ia32' ? 'Processing.NDI.Lib.x86.dll' : 'Processing.NDI.Lib.x64.dll';
      const programs = environment['ProgramFiles'] ?? 'C:\\Program Files';
      const folders = [
        'NDI 6 Runtime\\v6',
        'NDI 6 Tools\\Runtime',
        'NDI 5 Runtime\\v5',
        'NDI 5 Tools\\Runtime',
      ];
      return [...announced, ...folders.map((folder) => win32.join(programs, 'NDI', folder))].map((folder) =>
        win32.join(folder, file),
      );
    }
    case 'darwin':
      return [
        ...announced,
        '/usr/local/lib',
        '/opt/homebrew/lib',
        '/Library/NDI SDK for Apple/lib/macOS',
      ].map((folder) => posix.join(folder, 'libndi.dylib'));
    default: {
      const triplet = triplets[arch];
      const usual = ['/usr/lib', ...(triplet === undefined ? [] : [`/usr/lib/${triplet}`]), '/usr/local/lib'];
      const files = ['libndi.so.6', 'libndi.so.5'];
      const within = (folders: readonly string[]): string[] =>
        folders.flatMap((folder) => files.map((file) => posix.join(folder, file)));
      return [...within(announced), ...files, ...within(usual)];
    }
  }
}
