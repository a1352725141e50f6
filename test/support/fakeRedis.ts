import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** A server that answers as a Redis of a version does whose clock is off by so many seconds. */
export async function fakeRedis({ version = '7.0.15', off = 0 }) {
  const info = `redis_version:${version}\r\nmaxmemory_policy:noeviction\r\nloading:0\r\n`;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      for (const [, name] of data.toString().matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/g)) {
        const seconds = String(Math.floor(Date.now() / 1000 + off));
        if (/^info$/i.test(name ?? '')) socket.write(`$${info.length}\r\n${info}\r\n`);
        else if (/^time$/i.test(name ?? ''))
          socket.write(`*2\r\n$${seconds.length}\r\n${seconds}\r\n$1\r\n0\r\n`);
        else socket.write('+OK\r\n');
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => void server.close(),
  };
}
