import { describe, expect, it } from 'vitest';
import type { PickableEndpoint } from '../../../src/contract/endpoint.ts';
import type { Still } from '../../../src/contract/engine-api.ts';
import { Thumbnails } from '../../../src/engine/thumbnails.ts';

const still: Still = {
  bytes: new Uint8Array([1]),
  contentType: 'image/jpeg',
  size: { width: 320, height: 180 },
  sequence: 1,
};
const endpoint = (url: string, more: Partial<PickableEndpoint> = {}): PickableEndpoint => ({
  url,
  name: url,
  size: null,
  rateHz: null,
  adapter: 'ndi',
  roles: ['source'],
  nodes: [],
  thumbnail: '/thumbnail',
  ...more,
});

function rig(look: () => Promise<void> = async () => undefined) {
  const asked: string[] = [];
  let open = 0;
  let most = 0;
  const thumbnails = new Thumbnails({
    still: async (node) => {
      asked.push(`node ${node}`);
      return still;
    },
    look: async ({ config }) => {
      asked.push(`look ${String(config['name'])}`);
      open += 1;
      most = Math.max(most, open);
      await look().finally(() => (open -= 1));
      return { still, size: { width: 1920, height: 1080 } };
    },
    read: (url) => ({ adapter: 'ndi', config: { name: url } }),
  });
  return { thumbnails, asked, most: () => most };
}

describe('pictures of what can be picked', () => {
  it('are those of the node that plays it, and it is not opened again', async () => {
    const { thumbnails, asked } = rig();
    await thumbnails.of('ndi:A', endpoint('ndi:A', { nodes: ['in'] }));
    expect(asked).toEqual(['node in']);
  });

  it('are made one at a time of one adapter, kept for a while, and tell the size', async () => {
    const { thumbnails, asked, most } = rig();
    const all = ['A', 'B', 'C', 'A'].map((url) => thumbnails.of(url, endpoint(url)));
    expect((await Promise.all(all))[0]).toBe(still);
    expect(asked).toEqual(['look A', 'look B', 'look C']);
    expect(most()).toBe(1);
    expect(thumbnails.sizeOf('A')).toEqual({ width: 1920, height: 1080 });
    expect(thumbnails.sizeOf('X')).toBeNull();
  });

  it('are refused with the reason, and one that fails holds up no other', async () => {
    let count = 0;
    const { thumbnails } = rig(() =>
      (count += 1) === 1 ? Promise.reject(new Error('busy')) : Promise.resolve(),
    );
    const [first, second] = [thumbnails.of('A', endpoint('A')), thumbnails.of('B', endpoint('B'))];
    await expect(first).rejects.toMatchObject({
      code: 'E_ENDPOINT_PICTURE',
      message: expect.stringContaining('busy'),
    });
    expect(await second).toBe(still);
  });

  it('of what is not in the list are refused, and nothing is opened', async () => {
    const { thumbnails, asked } = rig();
    await expect(thumbnails.of('file:/etc/passwd', null)).rejects.toMatchObject({
      code: 'E_ENDPOINT_UNKNOWN',
    });
    expect(asked).toEqual([]);
  });

  it('of a sink that does not play are refused', async () => {
    const { thumbnails, asked } = rig();
    await expect(thumbnails.of('A', endpoint('A', { thumbnail: null }))).rejects.toMatchObject({
      code: 'E_ENDPOINT_PICTURE',
    });
    expect(asked).toEqual([]);
  });
});
