import { z } from 'zod';
import { defineAdapter, ui } from '../../src/contract/adapter.ts';

const iceServer = z.strictObject({
  urls: z.string(),
  username: z.string().exactOptional(),
  credential: z.string().exactOptional(),
});

export default defineAdapter({
  id: 'webrtc',
  name: 'WebRTC',
  description:
    'Browsers and other WebRTC peers: a camera or canvas as a source, any node as a live picture, data channels.',
  roles: ['source', 'sink', 'control'],
  runner: 'shared',
  locator: 'name',
  schemes: ['whip', 'whep'],
  config: z.strictObject({
    name: z
      .string()
      .regex(
        /^(?:(?:whip|whep):)?[A-Za-z0-9._-]{1,64}$/,
        'letters, digits, dots, dashes and underscores, 64 at most',
      )
      .nullable()
      .default(null)
      .describe(
        '`whip:cam1` of a source is fed by POST /whip/cam1, `whep:program` of a sink watched by POST /whep/program',
      )
      .meta(ui({ label: 'Name', order: 0 })),
    bitrate: z
      .number()
      .min(0.1)
      .max(50)
      .nullable()
      .default(null)
      .describe('Of a sink: megabits a second at full size; null takes what suits the size')
      .meta(ui({ label: 'Bitrate', order: 1, unit: 'Mbit/s' })),
    aspect: z
      .enum(['fill', 'fit', 'stretch'])
      .default('fill')
      .describe('Of a source: how a picture of another shape is put into the size that the consumers want')
      .meta(ui({ label: 'Aspect', order: 2 })),
    iceServers: z
      .array(iceServer)
      .max(8)
      .default([])
      .describe('STUN and TURN servers for all peers; set by --ice-server')
      .meta(ui({ label: 'ICE servers', order: 3 })),
    bindAddress: z
      .string()
      .nullable()
      .default('127.0.0.1')
      .describe('Address that peers reach; null is every address of the machine; follows --host')
      .meta(ui({ label: 'Address', order: 4 })),
  }),
  load: () => import('./run.ts'),
});
