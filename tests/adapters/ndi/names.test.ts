import { describe, expect, test } from 'vitest';
import { pick, shortName } from '../../../adapters/ndi/names.ts';
import { runtimePlaces, type Surroundings } from '../../../adapters/ndi/places.ts';

describe('a sender', () => {
  const named = (...names: string[]) => names.map((name) => ({ name, address: null }));
  const senders = named(
    'STUDIO (CAM 2)',
    'STUDIO (CAM 1)',
    'BACK (Main (wide))',
    'OTHER (CAM 1)',
    'OTHER (cam 3)',
  );
  const picked = (wanted: string): string | undefined => pick(wanted, senders)?.name;

  test('is found by its whole name', () => {
    expect(picked('STUDIO (CAM 1)')).toBe('STUDIO (CAM 1)');
  });

  test('is found by its own name, of several always the same', () => {
    expect(picked('CAM 2')).toBe('STUDIO (CAM 2)');
    expect(picked('CAM 1')).toBe('OTHER (CAM 1)');
    expect(picked('Main (wide)')).toBe('BACK (Main (wide))');
  });

  test('is found whatever its capitals, but for one that is written just so', () => {
    expect(picked('studio (cam 2)')).toBe('STUDIO (CAM 2)');
    expect(picked('CAM 3')).toBe('OTHER (cam 3)');
    expect(pick('a', named('M (A)', 'Z (a)'))?.name).toBe('Z (a)');
  });

  test('is the first one where no name is given, and none where there is none', () => {
    expect(picked('')).toBe('BACK (Main (wide))');
    expect(picked('CAM')).toBeUndefined();
    expect(pick('', [])).toBeNull();
  });

  test('has a short name where its machine is told', () => {
    expect(shortName('STUDIO (CAM 1)')).toBe('CAM 1');
    expect(shortName('plain')).toBe('plain');
    expect(shortName(' (x)')).toBe(' (x)');
  });
});

describe('the runtime is looked for', () => {
  const places = (surroundings: Partial<Surroundings>): readonly string[] =>
    runtimePlaces({ platform: 'linux', arch: 'x64', environment: {}, ...surroundings });

  test('only where the operator says, if he does', () => {
    const environment = { REVERIE_NDI_LIB: '/opt/ndi/libndi.so.6', NDI_RUNTIME_DIR_V6: '/elsewhere' };
    expect(places({ environment })).toEqual(['/opt/ndi/libndi.so.6']);
  });

  test('on Linux first by the system, newest first, then in the usual folders', () => {
    expect(places({}).slice(0, 3)).toEqual(['libndi.so.6', 'libndi.so.5', '/usr/lib/libndi.so.6']);
    expect(places({})).toContain('/usr/lib/x86_64-linux-gnu/libndi.so.6');
    expect(places({ arch: 'arm64' })).toContain('/usr/lib/aarch64-linux-gnu/libndi.so.5');
    expect(places({ environment: { NDI_RUNTIME_DIR_V6: '/six' } })[0]).toBe('/six/libndi.so.6');
  });

  test('on macOS and Windows where the installers put it', () => {
    expect(places({ platform: 'darwin' })).toContain('/usr/local/lib/libndi.dylib');
    const environment = {
      NDI_RUNTIME_DIR_V5: 'D:\\five',
      NDI_RUNTIME_DIR_V6: 'D:\\six',
      ProgramFiles: 'E:\\P',
    };
    const onWindows = places({ platform: 'win32', environment });
    expect(onWindows.slice(0, 2)).toEqual([
      'D:\\six\\Processing.NDI.Lib.x64.dll',
      'D:\\five\\Processing.NDI.Lib.x64.dll',
    ]);
    expect(onWindows).toContain('E:\\P\\NDI\\NDI 6 Runtime\\v6\\Processing.NDI.Lib.x64.dll');
  });
});
