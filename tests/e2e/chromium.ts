import { existsSync } from 'node:fs';
import { canIsolate } from '../support/namespace.ts';

export const executablePath = '/usr/bin/chromium';
// In CI nothing is skipped: what is missing there fails.
const inCi = process.env['CI'] !== undefined;
export const usable = inCi || existsSync(executablePath);
/** Also in a network of its own, which takes root. */
export const usableAlone = inCi || (existsSync(executablePath) && canIsolate);

/** For a Chromium that talks to nobody but the daemon under test. */
const alone = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** WebRTC opens no socket at all: what everybody sees whom WebRTC does not reach. */
export const withoutWebRtc = [...alone, '--force-webrtc-ip-handling-policy=disable_non_proxied_udp'];

/** WebRTC may connect by loopback, in a network that has nothing else. */
export const overLoopback = [
  ...alone,
  '--autoplay-policy=no-user-gesture-required',
  '--allow-loopback-in-peer-connection',
  // Names in place of addresses would have to be announced by multicast, which loopback has not.
  '--disable-features=WebRtcHideLocalIpsWithMdns',
];

/** The camera is a moving picture of Chromium's own, and nobody is asked. */
export const withCamera = [
  ...overLoopback,
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
];
