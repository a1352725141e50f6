/** An address, or a text that holds some, without credentials: so it may be shown. */
export function masked(address: string): string {
  return address.replace(/(\w:\/\/)[^/]*@/g, '$1***@').replace(/([?&]password=)[^&"'\s]*/gi, '$1***');
}
