import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SessionReport } from '../../src/contract/session.ts';
import { graphOf, sinkNode, sourceNode, startReverie, within, type Reverie } from '../integration/reverie.ts';
import { LossyRelay } from '../support/lossy-relay.ts';
import { Namespace } from '../support/namespace.ts';
import { describeWithPeer } from '../support/peers.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { call, openPeer, type Watched } from './browser-peer.ts';
import { executablePath, overLoopback, usableAlone } from './chromium.ts';
import { LONG } from './panel-page.ts';

// Everything waits at 127.0.0.1; what is relayed comes from 127.0.0.2, and the server relays to that address alone. So the only way
// from the browser to the daemon leads through the server twice, once for each of them.
const server = (port: number): string => `turn:someone:let-me@127.0.0.1:${port}?transport=udp`;
const flags =
  `-n --no-cli --no-tls --no-dtls --log-file stdout --lt-cred-mech --realm reverie --user someone:let-me
  --listening-ip 127.0.0.1 --listening-port 3478 --relay-ip 127.0.0.2
  --allow-loopback-peers --denied-peer-ip 127.0.0.1 --allowed-peer-ip 127.0.0.2`.split(/\s+/);
/** Runs in the browser: it may use no other way than the server, as behind a firewall. */
const relayedOnly = `
window.RTCPeerConnection = class extends RTCPeerConnection {
  setConfiguration(configuration) { super.setConfiguration({ ...configuration, iceTransportPolicy: 'relay' }); }
};`;
const graph = graphOf([sourceNode('in', { width: 512, height: 512 }), sinkNode('out')], [['in', 'out']]);

describe.skipIf(!usableAlone)('WebRTC with Chromium (needs chromium and root)', () => {
  describeWithPeer('turnserver', 'by way of a TURN server', (coturn) => {
    let namespace: Namespace;
    let relay: ChildProcess;
    /** The way to the server. */
    let slow: LossyRelay;
    let said = '';
    let reverie: Reverie;
    let browser: Browser;
    let page: Page;

    beforeAll(async () => {
      namespace = await Namespace.open();
      const folder = tempFolder('turn');
      const files = ['--pidfile', join(folder, 'pid'), '--userdb', join(folder, 'users')];
      const started = namespace.start(coturn, [...flags, ...files]);
      relay = started;
      for (const stream of [started.stdout, started.stderr])
        stream.on('data', (text) => (said += String(text)));
      slow = await LossyRelay.open(namespace);
      slow.set({ target: 3478 });
      reverie = await startReverie({
        graph,
        wrap: namespace.enter,
        flags: ['--ice-server', server(slow.port)],
      });
      browser = await chromium.launch({
        executablePath: namespace.wrapper(executablePath),
        args: overLoopback,
      });
      page = await browser.newPage();
      await openPeer(page, reverie.url);
      await within(
        10_000,
        'the TURN server',
        () => said,
        () => said.includes('Total General servers'),
      );
    });

    afterAll(async () => {
      await browser?.close();
      await reverie?.dispose();
      slow?.close();
      if (relay?.exitCode === null) {
        relay.kill('SIGKILL');
        await once(relay, 'exit');
      }
      namespace?.close();
    });

    it.each(['vp8', 'h264'])('pictures arrive where there is no other way, as %s', async (codec) => {
      const wish = { node: 'out', codec, count: 30, relayed: true };
      const { numbers, pair, path } = await call<Watched>(page, 'watch', wish);
      const read = numbers.filter((number) => number !== null);
      expect(read.length).toBeGreaterThan(25);
      expect(read).toEqual([...read].sort((a, b) => a - b));
      expect(pair).toEqual(['relay', 'relay']);
      expect(path).toMatch(/^relay to relay/);
    });

    it('the panel shows the picture too, whose way through a slow server is found long after its offer', async () => {
      // A relayed address takes two round trips; an offer waits for 0.4 s.
      slow.set({ delayMs: 150 });
      const panel = await browser.newPage();
      await panel.addInitScript(relayedOnly);
      const patched: number[] = [];
      panel.on('response', (answer) => {
        if (answer.request().method() === 'PATCH') patched.push(answer.status());
      });
      await panel.goto(reverie.url);
      await panel.locator('[data-line="webrtc"]').waitFor({ timeout: LONG });
      expect(patched.length).toBeGreaterThan(0);
      expect(new Set(patched)).toEqual(new Set([204]));
      const { sessions } = await namespace.json<{ sessions: SessionReport[] }>(
        `${reverie.url}/api/v1/sessions`,
      );
      const paths = sessions.map(({ info }) => info['path']);
      expect(paths).toEqual([expect.stringMatching(/^relay to relay/)]);
      await panel.close();
    });
  });
});
