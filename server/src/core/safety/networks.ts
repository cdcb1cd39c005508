/** Lists of networks, in the notation of the configuration. */
import { BlockList, isIP, isIPv4 } from 'node:net';

export function contains(list: BlockList, address: string): boolean {
  return list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

/** @throws Error naming the first network that is invalid. */
export function networks(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [, base = '', bits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(cidr.trim()) ?? [];
    const family = isIP(base);
    if (family === 0 || Number(bits) > (family === 4 ? 32 : 128)) {
      throw new Error(
        `http.allow.cidrs: "${cidr}" is not a network; write 10.0.0.0/8, 127.0.0.1/32 or fd00::/8`
      );
    }
    list.addSubnet(base, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}
