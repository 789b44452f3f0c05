import { z } from 'zod';
import type { App, ServerDependencies } from '../dependencies.ts';
import { refused } from '../schema/error.ts';
import { iceServer, sessionReport } from '../schema/session.ts';

const tags = ['webrtc'];

export function sessionRoutes(app: App, { sessions }: ServerDependencies): void {
  app.get(
    '/sessions',
    {
      schema: {
        tags,
        summary: 'WebRTC peers: what each sees and feeds, and how well',
        response: { 200: z.object({ sessions: z.array(sessionReport) }), ...refused },
      },
    },
    () => ({ sessions: [...sessions.reports()] }),
  );
  app.get(
    '/ice-servers',
    {
      schema: {
        tags,
        summary: 'STUN and TURN servers as `new RTCPeerConnection` takes them',
        response: { 200: z.object({ iceServers: z.array(iceServer) }), ...refused },
      },
    },
    () => ({ iceServers: [...sessions.iceServers()] }),
  );
}
