// Browsers record Opus inside WebM; Telegram's voice messages are Opus inside Ogg. The packets are the same,
// so they are only taken out of one box (EBML, RFC 8794) and put into the other (RFC 3533, RFC 7845).

const ID = { segment: 0x18538067, cluster: 0x1f43b675, tracks: 0x1654ae6b, track: 0xae, codecPrivate: 0x63a2, simpleBlock: 0xa3, blockGroup: 0xa0, block: 0xa1 };
const CONTAINERS = new Set([ID.segment, ID.cluster, ID.tracks, ID.track, ID.blockGroup]);

function vint(bytes, at, keepMarker) {
  let length = 1;
  while (length <= 8 && !(bytes[at] & (0x80 >> (length - 1)))) length += 1;
  if (length > 8) throw new Error("not a WebM recording");
  let value = keepMarker ? bytes[at] : bytes[at] & (0xff >> length);
  let ones = (bytes[at] & (0xff >> length)) === (0xff >> length);
  for (let place = 1; place < length; place += 1) {
    value = value * 256 + bytes[at + place];
    ones = ones && bytes[at + place] === 0xff;
  }
  return { length, value, unknown: ones };
}

/** Gives the Opus header and the packets of a WebM recording. */
function opusPackets(bytes) {
  const found = { head: null, packets: [] };
  const walk = (start, end) => {
    let at = start;
    while (at < end) {
      const id = vint(bytes, at, true);
      const size = vint(bytes, at + id.length, false);
      const from = at + id.length + size.length;
      const to = size.unknown ? end : Math.min(end, from + size.value);
      if (CONTAINERS.has(id.value)) walk(from, to);
      else if (id.value === ID.codecPrivate) found.head = bytes.slice(from, to);
      else if (id.value === ID.simpleBlock || id.value === ID.block) {
        found.packets.push(bytes.slice(from + vint(bytes, from, false).length + 3, to));
      }
      at = to;
    }
  };
  walk(0, bytes.length);
  return found;
}

const SILK = [480, 960, 1920, 2880];
const HYBRID = [480, 960];
const CELT = [120, 240, 480, 960];

/** How many samples at 48 kHz a packet holds, by its first byte (RFC 6716, 3.1). */
function samples(packet) {
  const config = packet[0] >> 3;
  const size = config < 12 ? SILK[config % 4] : config < 16 ? HYBRID[config % 2] : CELT[config % 4];
  const code = packet[0] & 3;
  return size * (code === 0 ? 1 : code === 3 ? packet[1] & 63 : 2);
}

const CRC = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24;
  for (let bit = 0; bit < 8; bit += 1) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value >>> 0;
});

function page(packet, { flags, position, serial, number }) {
  const laces = [...Array(Math.floor(packet.length / 255)).fill(255), packet.length % 255];
  const out = new Uint8Array(27 + laces.length + packet.length);
  const view = new DataView(out.buffer);
  out.set([0x4f, 0x67, 0x67, 0x53, 0, flags]);
  view.setBigUint64(6, BigInt(position), true);
  view.setUint32(14, serial, true);
  view.setUint32(18, number, true);
  out[26] = laces.length;
  out.set(laces, 27);
  out.set(packet, 27 + laces.length);
  let crc = 0;
  for (const byte of out) crc = ((crc << 8) ^ CRC[((crc >>> 24) ^ byte) & 0xff]) >>> 0;
  view.setUint32(22, crc, true);
  return out;
}

function tags() {
  const vendor = new TextEncoder().encode("samovar");
  const out = new Uint8Array(8 + 4 + vendor.length + 4);
  out.set(new TextEncoder().encode("OpusTags"));
  new DataView(out.buffer).setUint32(8, vendor.length, true);
  out.set(vendor, 12);
  return out;
}

/** Turns a WebM/Opus recording into Ogg/Opus; gives the blob and its length in seconds. */
export function webmToOgg(buffer) {
  const { head, packets } = opusPackets(new Uint8Array(buffer));
  if (!head || !packets.length) throw new Error("no sound in the recording");
  const serial = crypto.getRandomValues(new Uint32Array(1))[0];
  const pages = [page(head, { flags: 2, position: 0, serial, number: 0 }), page(tags(), { flags: 0, position: 0, serial, number: 1 })];
  let position = 0;
  packets.forEach((packet, place) => {
    position += samples(packet);
    pages.push(page(packet, { flags: place === packets.length - 1 ? 4 : 0, position, serial, number: place + 2 }));
  });
  return { blob: new Blob(pages, { type: "audio/ogg" }), seconds: Math.max(1, Math.round(position / 48000)) };
}
