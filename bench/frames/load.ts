import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { encodeOsc } from '../../src/protocols/osc/encode.ts';
import type { Reverie } from '../../tests/integration/reverie.ts';

/** What DESIGN §9 puts beside the frames. */
export type Load = 'none' | 'json+udp' | 'two busy loops';

/** JSON that the daemon writes every 50 ms under load. */
const JSON_BYTES = 200_000;

/** Starts a load; what it returns ends it. */
export async function startLoad(reverie: Reverie, load: Load): Promise<() => void> {
  if (load === 'none') return () => undefined;
  return load === 'json+udp' ? jsonAndUdp(reverie) : busyLoops();
}

function busyLoops(): () => void {
  const children = [0, 1].map(() => spawn(process.execPath, ['-e', 'for(;;);'], { stdio: 'ignore' }));
  return () => children.forEach((child) => child.kill('SIGKILL'));
}

async function jsonAndUdp(reverie: Reverie): Promise<() => void> {
  const port = await reverie.oscPort();
  const document = JSON.stringify((await reverie.call('GET', '/openapi.json')).body);
  const requests = Math.ceil(JSON_BYTES / document.length);
  const socket = createSocket('udp4');
  const packet = encodeOsc({ address: '/reverie/nothing/here', args: [{ type: 'f', value: 0.5 }] });
  const udp = setInterval(() => {
    for (let i = 0; i < 25; i++) socket.send(packet, port, '127.0.0.1');
  }, 5);
  const json = setInterval(
    () =>
      void Promise.all(Array.from({ length: requests }, () => reverie.call('GET', '/openapi.json'))).catch(
        () => undefined,
      ),
    50,
  );
  return () => {
    clearInterval(udp);
    clearInterval(json);
    socket.close();
  };
}
