/** An address, or a flag that holds one, without its credentials: so it may be shown. */
export function masked(address: string): string {
  return address.replace(/(\w:\/\/)[^/]*@/, '$1***@');
}
