import { z } from 'zod';
import { defineAdapter, ui } from '../../src/contract/adapter.ts';

export default defineAdapter({
  id: 'stream',
  name: 'Stream',
  description:
    'Streams from and to other programs and machines: RTSP, SRT, RTMP, UDP and HTTP, through FFmpeg.',
  roles: ['source', 'sink'],
  runner: 'own',
  locator: 'url',
  schemes: ['rtsp', 'rtsps', 'srt', 'rtmp', 'rtmps', 'udp', 'http', 'https'],
  config: z.object({
    url: z
      .string()
      .min(1)
      .max(2048)
      .describe('srt://, rtsp://, rtmp://, udp:// or http://; ?mode=listener waits for the other side')
      .meta(ui({ label: 'Address', order: 0 })),
    aspect: z
      .enum(['fill', 'fit', 'stretch'])
      .default('fill')
      .describe('Of a source: how a picture of another shape is put into the size that the consumers want')
      .meta(ui({ label: 'Aspect', order: 1 })),
    transport: z
      .enum(['tcp', 'udp'])
      .default('tcp')
      .describe('Of an RTSP source: how its pictures travel')
      .meta(ui({ label: 'RTSP transport', order: 2 })),
    silence: z
      .boolean()
      .default(true)
      .describe('Of an RTMP sink: sends a silent sound track, without which services take no picture')
      .meta(ui({ label: 'Silent sound', order: 5 })),
    bitrate: z
      .number()
      .min(0.1)
      .max(100)
      .nullable()
      .default(null)
      .describe('Of a sink: megabits a second; null takes what suits the size')
      .meta(ui({ label: 'Bitrate', order: 3, unit: 'Mbit/s' })),
    keyframeSeconds: z
      .number()
      .min(0.1)
      .max(20)
      .default(1)
      .describe('Of a sink: seconds from one key picture to the next')
      .meta(ui({ label: 'Keyframe interval', order: 4, unit: 's' })),
    encoder: z
      .string()
      .regex(/^[a-z0-9_]{1,40}$/)
      .default('auto')
      .describe(
        'Of a sink: auto takes the graphics card where that works, software takes x264; or a name of FFmpeg, as h264_nvenc',
      )
      .meta(ui({ label: 'Encoder', order: 6 })),
    preset: z
      .enum(['ultrafast', 'superfast', 'veryfast', 'faster', 'fast', 'medium'])
      .nullable()
      .default(null)
      .describe('Of a sink: time that the encoder takes for a better picture; null is the quickest')
      .meta(ui({ label: 'Preset', order: 7 })),
    anyCertificate: z
      .boolean()
      .default(false)
      .describe('By rtmps, rtsps or https: takes a server whose certificate nobody vouches for')
      .meta(ui({ label: 'Any certificate', order: 8 })),
  }),
  load: () => import('./run.ts'),
});
