import { expect, test } from 'vitest';
import {
  checkAnnouncement,
  checkArtNetDoor,
  checkObsDoor,
  checkOscDoor,
  openDoors,
} from '../../src/doors.ts';
import { defaultOptions } from '../../src/options.ts';
import { tempFolder } from '../support/temp-folder.ts';

const options = defaultOptions('/home/ada');

test('OSC hears the network only where somebody said who may send', () => {
  for (const oscHost of ['0.0.0.0', '::', '192.168.1.5'])
    expect(() => checkOscDoor({ ...options, oscHost })).toThrow(/--osc-allow 192\.168\.1\.0\/24/);
  expect(() => checkOscDoor({ ...options, oscHost: '0.0.0.0', oscAllow: ['10.0.0.0/24'] })).not.toThrow();
});

test('OSC of this machine alone needs no such word', () => {
  for (const oscHost of ['127.0.0.1', '::1', 'localhost'])
    expect(() => checkOscDoor({ ...options, oscHost })).not.toThrow();
});

test('Art-Net hears the network only where somebody said who may send', () => {
  for (const artnetHost of ['0.0.0.0', '::', '192.168.1.5'])
    expect(() => checkArtNetDoor({ ...options, artnetHost })).toThrow(/--artnet-allow 192\.168\.1\.0\/24/);
  const named = { ...options, artnetHost: '0.0.0.0', artnetAllow: ['10.0.0.0/24'] };
  expect(() => checkArtNetDoor(named)).not.toThrow();
});

test('Art-Net of this machine alone, or none, needs no such word', () => {
  for (const artnetHost of [null, '127.0.0.1', '::1', 'localhost'])
    expect(() => checkArtNetDoor({ ...options, artnetHost })).not.toThrow();
});

test('OBS is looked for only where a WebSocket server can be', () => {
  for (const obs of ['stage:4455', 'http://stage:4455', '4455', ''])
    expect(() => checkObsDoor({ ...options, obs })).toThrow(/--obs ws:\/\/192\.168\.1\.20:4455/);
  for (const obs of [null, 'ws://127.0.0.1:4455', 'wss://stage.local'])
    expect(() => checkObsDoor({ ...options, obs })).not.toThrow();
});

test('the network is not told of what only this machine reaches', () => {
  const announcing = { ...options, oscQueryAnnounce: 'mdns' } as const;
  for (const oscQueryHost of ['127.0.0.1', 'off'])
    expect(() => checkAnnouncement({ ...announcing, oscQueryHost })).toThrow(/--osc-query-host 0\.0\.0\.0/);
  expect(() => checkAnnouncement({ ...announcing, oscQueryHost: '0.0.0.0' })).not.toThrow();
  expect(() => checkAnnouncement(options)).not.toThrow();
});

test('a name that no browser would ever send is refused with what to write instead', async () => {
  const open = (...allowHost: readonly string[]) =>
    openDoors({ ...options, home: tempFolder('doors'), allowHost });
  for (const name of ['http://stage.local', 'stage.local:8000', 'stage.local/', 'stage local', '*', ''])
    await expect(open('stage-pc', name)).rejects.toMatchObject({
      code: 'E_OPTION_INVALID',
      message: expect.stringContaining('--allow-host stage.local') as string,
    });
  const doors = await open('stage.local', 'Stage-PC', '192.168.1.5', '[fd00::1]');
  expect(doors.wide).toBe(false);
  doors.access.close();
});
