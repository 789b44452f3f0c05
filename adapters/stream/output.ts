import type { Line, Output } from './line.ts';
import { openRtmp } from './rtmp-output.ts';
import { openRtsp } from './rtsp-output.ts';
import { inUrl, type SinkTarget } from './sink-target.ts';
import { openSrt } from './srt-line.ts';
import { TransportStream } from './transport-stream.ts';
import { openUdp } from './udp-line.ts';

/** Networks that a group's packets cross: the one this machine is in. */
const DEFAULT_TTL = 1;

export interface OutputOptions {
  readonly rateHz: number;
  /** RTMP: a silent sound track beside the picture. */
  readonly silence: boolean;
  /** By TLS: a certificate that nobody vouches for is taken. */
  readonly anyCertificate: boolean;
  readonly signal: AbortSignal;
}

/** Resolves when the peer takes pictures; null where it was aborted before. Rejects with `E_SINK_LOST`, `E_STREAM_CERTIFICATE`. */
export async function connectOutput(target: SinkTarget, options: OutputOptions): Promise<Output | null> {
  const { scheme } = target;
  const { silence, anyCertificate } = options;
  if (scheme === 'rtmp' || scheme === 'rtmps') return openRtmp(target, anyCertificate, silence);
  if (scheme === 'rtsp' || scheme === 'rtsps') return openRtsp(target, anyCertificate);
  const line = await openLine(target, options.signal);
  return line === null ? null : transportStreamOver(line, options.rateHz);
}

function openLine(target: SinkTarget, signal: AbortSignal): Promise<Line | null> {
  const { scheme, address, port, query, listens, name } = target;
  if (scheme === 'srt') return openSrt({ host: inUrl(address), port, listens, query, name }, signal);
  return openUdp({ address, port, ttl: Number(query.get('ttl') ?? DEFAULT_TTL), name });
}

function transportStreamOver(line: Line, rateHz: number): Output {
  const stream = new TransportStream(rateHz, 0);
  return {
    get waiting() {
      return line.waiting;
    },
    lost: line.lost,
    send: async (picture) => line.send(await stream.add(picture)),
    close: async () => {
      await stream.close();
      await line.close();
    },
  };
}
