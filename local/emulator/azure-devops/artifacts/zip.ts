import { crc32, deflateRawSync } from "node:zlib";

/** A file of an archive; `mode` is its permissions. */
interface ZipEntry {
  name: string;
  content: Buffer;
  mode: number;
}

/** 1980-01-01 00:00, the earliest time of the format. With a fixed time, equal files give equal archives. */
const [dosTime, dosDate] = [0, 0x21];
const unix = 3;
const regularFile = 0o100000;

const methods = { stored: 0, deflated: 8 };

/** A ZIP archive (APPNOTE 6.3, https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT). */
export function zip(entries: readonly ZipEntry[], method: keyof typeof methods = "stored"): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, mode } of entries) {
    const encoded = Buffer.from(name, "utf8");
    const packed = method === "stored" ? content : deflateRawSync(content);
    const described = description(encoded, { content, packed, method: methods[method] });
    const file = Buffer.concat([signature(0x04034b50), described, encoded, packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(((regularFile | mode) << 16) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    const madeBy = Buffer.from([20, unix]);
    directory.push(Buffer.concat([signature(0x02014b50), madeBy, described, rest, encoded]));
    files.push(file);
    offset += file.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...files, listed, signature(0x06054b50), end]);
}

/** The fields that a file's header and its entry in the directory share: version, flags, method, time, checksum, sizes, lengths. */
function description(
  name: Buffer,
  { content, packed, method }: { content: Buffer; packed: Buffer; method: number },
): Buffer {
  const buffer = Buffer.alloc(26);
  buffer.writeUInt16LE(20, 0);
  buffer.writeUInt16LE(method, 4);
  buffer.writeUInt16LE(dosTime, 6);
  buffer.writeUInt16LE(dosDate, 8);
  buffer.writeUInt32LE(crc32(content), 10);
  buffer.writeUInt32LE(packed.length, 14);
  buffer.writeUInt32LE(content.length, 18);
  buffer.writeUInt16LE(name.length, 22);
  return buffer;
}

function signature(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}
