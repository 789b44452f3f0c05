import { crc32, deflateRawSync } from 'node:zlib';

/** Builds a ZIP archive: what is in `stored` uncompressed, the rest deflated. For tests of what reads one. */
export function makeZip(
  files: Readonly<Record<string, Uint8Array>>,
  stored: ReadonlySet<string> = new Set(),
  comment = '',
): Buffer {
  const locals: Buffer[] = [];
  const table: Buffer[] = [];
  let offset = 0;
  for (const [path, bytes] of Object.entries(files)) {
    const method = stored.has(path) ? 0 : 8;
    const packed = method === 0 ? bytes : deflateRawSync(bytes);
    const name = Buffer.from(path);
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(method, 4);
    facts.writeUInt32LE(crc32(bytes), 10);
    facts.writeUInt32LE(packed.length, 14);
    facts.writeUInt32LE(bytes.length, 18);
    facts.writeUInt16LE(name.length, 22);
    // The local header has an extra field that the table of contents lacks, as real archives do.
    const localFacts = Buffer.from(facts);
    localFacts.writeUInt16LE(4, 24);
    const local = Buffer.concat([
      Buffer.from('PK\x03\x04'),
      localFacts,
      name,
      Buffer.from([1, 0, 0, 0]),
      packed,
    ]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    table.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), facts, rest, name]));
    locals.push(local);
    offset += local.length;
  }
  const contents = Buffer.concat(table);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(table.length, 4);
  end.writeUInt16LE(table.length, 6);
  end.writeUInt32LE(contents.length, 8);
  end.writeUInt32LE(offset, 12);
  end.writeUInt16LE(comment.length, 16);
  return Buffer.concat([...locals, contents, Buffer.from('PK\x05\x06'), end, Buffer.from(comment)]);
}
