import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, rootCertificates } from 'node:tls';
import { failure, type ReverieError } from '../../src/contract/error.ts';

/** How long a server may take to show its certificate. */
const SHOW_MS = 3_000;
/** What Node says of a certificate that nobody vouches for. */
const UNKNOWN_CERTIFICATES = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** `E_STREAM_CERTIFICATE` where that is why a connection failed; else null. `name` is the address as it may be shown. */
export function certificateFailure(name: string, error: Error): ReverieError | null {
  const code = 'code' in error ? String(error.code) : '';
  if (!UNKNOWN_CERTIFICATES.has(code)) return null;
  return failure('E_STREAM_CERTIFICATE', `${name}: ${error.message}`, { certificate: code }, error);
}

/** A server as it is called. */
export interface TlsServer {
  /** Name or address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** Of that name, where it was resolved before. */
  readonly address?: string;
  /** As errors call it. */
  readonly name: string;
}

/** What is wrong with the certificate that a server shows; null where it is good, or where the server shows none. */
export function certificateProblem({
  host,
  port,
  address = host,
  name,
}: TlsServer): Promise<ReverieError | null> {
  return new Promise((resolve) => {
    // For an address there is no name to ask for (RFC 6066 §3).
    const asked = /^[\d.]+$|:/.test(host) ? {} : { servername: host };
    const socket = connect({ host: address, port, ...asked });
    const end = (problem: ReverieError | null): void => {
      socket.destroy();
      resolve(problem);
    };
    socket.setTimeout(SHOW_MS, () => end(null));
    socket.once('secureConnect', () => end(null));
    socket.on('error', (error) => end(certificateFailure(name, error)));
  });
}

let file: Promise<string> | null = null;

/** A file with the certificates that Node trusts (its own, and those of NODE_EXTRA_CA_CERTS), for FFmpeg. It goes with the process. */
export function trustFile(): Promise<string> {
  file ??= writeTrust();
  return file;
}

async function writeTrust(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'reverie-trust-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'certificates.pem');
  await writeFile(path, [...rootCertificates, await extra()].join('\n'));
  return path;
}

async function extra(): Promise<string> {
  const path = process.env['NODE_EXTRA_CA_CERTS'];
  // Node itself goes on without a file that it cannot read, and says so.
  return path === undefined ? '' : readFile(path, 'utf8').catch(() => '');
}
