/**
 * How OSC, the WebSocket and MIDI play a running show, through the built daemon: from the packet to the first call that has its
 * value, and 20,000 OSC messages, 2,000 sets and 1,000 MIDI messages a second beside 60 frames a second. JSON lines, each with its
 * verdict; exits 1 where one fails. MIDI comes by JACK's dummy driver; without it, its lines are left out and that is said.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { nowUs } from '../src/contract/clock.ts';
import { asWritten, pacedRatios, type PacedRatios } from './bare/machine.ts';
import { during, latenciesMs, lateShare, missedFrames, quantile } from './control/figures.ts';
import { floodWheel, openMidi, type MidiSender } from './control/midi-sender.ts';
import { Playing, RATE_HZ } from './control/playing.ts';
import { flood, OscSender, playSlowly, type SentValue } from './control/sender.ts';
import { floodSets, SocketSender } from './control/socket-sender.ts';
import { report } from './frames/playing.ts';
import { StolenTime } from './frames/stolen.ts';

const VALUES = 600;
const QUIET_SECONDS = 10;
const FLOOD_PER_SECOND = 20_000;
/** A little more is asked, since the clock's last tick is never full. */
const FLOOD_ASKED_PER_SECOND = 20_200;
const SETS_PER_SECOND = 2_000;
const MIDI_PER_SECOND = 1_000;
const WHEEL = 'Bench';
const FLOOD_SECONDS = 30;
const MAX_LATE_SHARE = 0.002;

/** What may come on top of the frame that a value waits for, on the machine that bounds were set on. */
const WAY_MS = 2;

/** A bound that was kept on a machine that was held up is kept all the more. */
const judged = (passed: boolean, late: number) => ({
  passed,
  isVoid: !passed && late > MAX_LATE_SHARE,
});

const benches = {
  value: 'control-latency',
  fader: 'control-latency-websocket',
  knob: 'control-latency-midi',
} as const;

async function latency(
  playing: Playing,
  sender: OscSender | SocketSender | MidiSender,
  played: keyof typeof benches,
  machine: PacedRatios,
): Promise<void> {
  const [fromUs, stolen] = [nowUs(), new StolenTime()];
  const asked = await playSlowly(sender, VALUES, Math.random);
  await sleep(500);
  const sent = 'outUs' in sender ? onTheWire(asked, sender) : asked;
  const calls = during(await playing.calls(), fromUs, Infinity);
  const sorted = latenciesMs(sent, calls, played);
  const p99 = quantile(sorted, 0.99);
  const boundMs = (ratios: PacedRatios): number => 1000 / RATE_HZ + WAY_MS * ratios.p99;
  const late = lateShare(calls, RATE_HZ);
  report(benches[played], {
    ...judged(p99 <= boundMs(machine), late),
    stolenPercent: stolen.percent(),
    passedAsWritten: p99 <= boundMs(asWritten),
    figures: {
      values: VALUES,
      p50: quantile(sorted, 0.5),
      p95: quantile(sorted, 0.95),
      p99,
      max: quantile(sorted, 1),
      boundMs: boundMs(asWritten),
      boundMsHere: boundMs(machine),
      sourceLateShare: late,
    },
  });
}

/** A device is told by a pipe and speaks once a JACK cycle: what counts is when its message went out. */
function onTheWire(asked: readonly SentValue[], { outUs }: MidiSender): SentValue[] {
  return asked.map(({ value }, at) => ({ value, sentUs: outUs[at] ?? NaN }));
}

async function underFlood(
  playing: Playing,
  sender: OscSender,
  sets: SocketSender,
  wheel: MidiSender | null,
): Promise<void> {
  const quietFromUs = nowUs();
  await sleep(QUIET_SECONDS * 1000);
  const before = await playing.stats();
  const receivedBefore = await playing.packetsReceived();
  const burstsBefore = (await playing.calls()).at(-1)?.bursts ?? 0;

  const stolen = new StolenTime();
  const fromUs = nowUs();
  const [played, lastSet, lastMove] = await Promise.all([
    flood(sender, FLOOD_ASKED_PER_SECOND, FLOOD_SECONDS, VALUES),
    floodSets(sets, SETS_PER_SECOND, FLOOD_SECONDS, VALUES),
    wheel === null ? null : floodWheel(wheel, MIDI_PER_SECOND, FLOOD_SECONDS, VALUES),
  ]);
  const untilUs = nowUs();
  const stolenPercent = stolen.percent();

  const lost = played.messages - ((await playing.packetsReceived()) - receivedBefore);
  const after = await playing.stats();
  const calls = await playing.calls();
  const last = calls.at(-1);
  const flooded = during(calls, fromUs, untilUs);
  const missedQuiet = missedFrames(during(calls, quietFromUs, fromUs));
  const missed = missedFrames(flooded);
  const burstsLost = played.bursts - ((last?.bursts ?? 0) - burstsBefore);
  const wheelRight = lastMove === null || last?.knob === lastMove;
  const lastRight = last?.value === played.lastValue && last.fader === lastSet && wheelRight;
  const messagesPerSecond = played.messages / played.seconds;
  const figures = {
    messagesPerSecond,
    setsPerSecond: (SETS_PER_SECOND * FLOOD_SECONDS) / played.seconds,
    midiPerSecond: wheel === null ? 0 : (MIDI_PER_SECOND * FLOOD_SECONDS) / played.seconds,
    setsUnanswered: sets.sent - sets.acknowledged,
    setsRefused: sets.refused,
    seconds: played.seconds,
    frames: flooded.length,
    framesMissed: missed,
    framesMissedQuiet: missedQuiet,
    linkDrops: drops(after) - drops(before),
    lastValueRight: lastRight ? 1 : 0,
    packetsLost: lost,
    burstsLost,
    daemonCpuShare: (after.cpuSeconds - before.cpuSeconds) / played.seconds,
    eventLoopDelayP99Ms: after.eventLoopDelay.p99,
    sourceLateShare: lateShare(flooded, RATE_HZ),
  };
  // What the kernel drops before OSC reads it can hold triggers; everything that was read must count.
  // No frame may be lost to the flood; what the machine loses without it is the measure.
  const alsoQuiet = missedQuiet * (FLOOD_SECONDS / QUIET_SECONDS);
  const answered = sets.acknowledged === sets.sent;
  const passed = missed <= alsoQuiet && lastRight && answered && burstsLost <= Math.max(0, lost);
  const { isVoid } = judged(passed, figures.sourceLateShare);
  // Less than was to be held is no flood, however well it was borne.
  report('control-flood', {
    passed,
    isVoid: isVoid || messagesPerSecond < FLOOD_PER_SECOND,
    stolenPercent,
    figures,
  });
}

function drops({ links }: { readonly links: readonly { readonly drops: number }[] }): number {
  return links.reduce((sum, link) => sum + link.drops, 0);
}

const { ratios } = await pacedRatios();
const midi = await openMidi(WHEEL);
const playing = await Playing.start(midi?.environment ?? {});
const sender = await OscSender.to(playing.oscPort);
const sets = await SocketSender.to(playing.url);
try {
  await latency(playing, sender, 'value', ratios);
  await latency(playing, sets, 'fader', ratios);
  if (midi !== null) {
    await playing.bindWheel(WHEEL);
    await latency(playing, midi.wheel, 'knob', ratios);
  }
  await underFlood(playing, sender, sets, midi?.wheel ?? null);
} finally {
  sender.close();
  sets.close();
  await playing.close();
  await midi?.close();
}
