import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createSocket } from 'node:dgram';
import type { AdapterRole } from '../../../src/contract/adapter.ts';
import type { JsonObject } from '../../../src/contract/json.ts';

/** A port of this machine that nobody holds. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

/** A source is sent to by ffmpeg; null skips it where that is missing. A sink sends to where nobody listens. */
export async function config(role: AdapterRole | null): Promise<{
  readonly config: JsonObject;
  readonly clean: () => Promise<void>;
} | null> {
  const url = `udp://127.0.0.1:${await freePort()}?pkt_size=1316`;
  if (role !== 'source') return { config: { url }, clean: async () => {} };
  if (spawnSync('ffmpeg', ['-version']).status !== 0) return null;
  const picture = ['-v', 'error', '-re', '-f', 'lavfi', '-i', 'testsrc2=s=128x96:r=30'];
  const code = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '5'];
  const sender = spawn('ffmpeg', [...picture, ...code, '-f', 'mpegts', url], { stdio: 'ignore' });
  return {
    config: { url },
    clean: async () => {
      const gone = once(sender, 'exit');
      if (sender.kill('SIGKILL')) await gone;
    },
  };
}
