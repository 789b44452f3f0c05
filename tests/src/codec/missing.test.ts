import { expect, test, vi } from 'vitest';

vi.mock('node-av/lib', () => {
  throw new Error("Cannot find package 'node-av'");
});

test('without node-av the file adapter loads, says why it is not available, and fails with a coded error', async () => {
  const adapter = await import('../../../adapters/file/run.ts');
  const { VideoReader } = await import('../../../src/codec/video-reader.ts');
  const probe = await adapter.probe();
  expect(probe).toMatchObject({
    available: false,
    reason: expect.stringContaining('node-av'),
    remedy: expect.stringContaining('npm install'),
  });
  await expect(VideoReader.open('/nowhere.mp4')).rejects.toMatchObject({ code: 'E_CODEC_MISSING' });
});
