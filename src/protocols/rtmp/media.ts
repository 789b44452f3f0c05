// What RTMP's video and audio messages hold: "Adobe Flash Video File Format" 10.1, §E.4.2 (AAC) and §E.4.3 (AVC); the decoder
// configuration record is ISO/IEC 14496-15 §5.3.3.1.
import { nalUnits } from '../rtp/h264.ts';

const SPS = 7;
const PPS = 8;
const DELIMITER = 9;
const KEY_AVC = 0x17;
const INTER_AVC = 0x27;
/** AAC, 44.1 kHz, 16 bits, stereo. */
const AAC = 0xaf;

/** Of AAC-LC at 44.1 kHz in stereo (ISO/IEC 14496-3 §1.6.2.1). */
const AAC_CONFIG = Uint8Array.of(0x12, 0x10);
export const SILENCE_HZ = 44_100;
/** Samples of a frame. */
export const SILENCE_FRAME = 1024;

/** The parameter sets of an Annex B picture; null where it carries none. */
export function parameterSets(
  picture: Uint8Array,
): { readonly sps: Uint8Array; readonly pps: Uint8Array } | null {
  const units = [...nalUnits(picture)];
  const sps = units.find((unit) => typeOf(unit) === SPS);
  const pps = units.find((unit) => typeOf(unit) === PPS);
  return sps === undefined || pps === undefined ? null : { sps, pps };
}

/** Video message with the decoder configuration, which goes before all pictures made with it. */
export function videoConfiguration({
  sps,
  pps,
}: {
  readonly sps: Uint8Array;
  readonly pps: Uint8Array;
}): Buffer {
  const head = [KEY_AVC, 0, 0, 0, 0];
  const record = [1, sps[1] ?? 0, sps[2] ?? 0, sps[3] ?? 0, 0xff, 0xe1];
  return Buffer.concat([
    Uint8Array.from([...head, ...record]),
    counted(sps, 2),
    Uint8Array.of(1),
    counted(pps, 2),
  ]);
}

/** Video message of one Annex B picture, without what its configuration says already. */
export function videoPicture(picture: Uint8Array, key: boolean): Buffer {
  const units = [...nalUnits(picture)].filter((unit) => ![SPS, PPS, DELIMITER].includes(typeOf(unit)));
  return Buffer.concat([
    Uint8Array.of(key ? KEY_AVC : INTER_AVC, 1, 0, 0, 0),
    ...units.map((unit) => counted(unit, 4)),
  ]);
}

/** Audio messages with the configuration of silence, and with one frame of it as FFmpeg's encoder makes it. */
export const silenceConfiguration = Uint8Array.of(AAC, 0, ...AAC_CONFIG);
export const silence = Uint8Array.of(AAC, 1, 0x21, 0x10, 0x04, 0x60, 0x8c, 0x1c);

function counted(unit: Uint8Array, bytes: number): Buffer {
  const length = Buffer.alloc(bytes);
  length.writeUIntBE(unit.length, 0, bytes);
  return Buffer.concat([length, unit]);
}

function typeOf(unit: Uint8Array): number {
  return (unit[0] ?? 0) & 0x1f;
}
