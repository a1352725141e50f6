import { execFileSync } from 'node:child_process';
import { mkdirSync, realpathSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { expect } from 'chai';
import { MediaLibrary } from '../../../src/capture/chromium/media/mediaLibrary';
import { type PageServer, servePage } from '../../../src/capture/chromium/pageServer';
import { useFolder } from '../../support/folder';

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const noMedia = () => new MediaLibrary({ ffmpeg: undefined, cacheLimit: 0 });

describe('servePage', () => {
  const path = useFolder();
  let server: PageServer;
  let url: URL;
  let token: string;

  beforeEach(async () => {
    mkdirSync(path('site/sub'), { recursive: true });
    writeFileSync(path('site/page.html'), '<h1>page</h1>');
    writeFileSync(path('site/sub/style.css'), 'h1 { color: red }');
    writeFileSync(path('site/.env'), 'SECRET');
    writeFileSync(path('outside.txt'), 'SECRET');
    mkdirSync(path('site-beside'));
    writeFileSync(path('site-beside/outside.txt'), 'SECRET');
    server = await servePage(noMedia(), { path: path('site/page.html') });
    url = new URL(server.url);
    token = url.pathname.split('/')[1] ?? '';
  });

  afterEach(() => server.close());

  /** Asks for a path just as it is written, dots and all. */
  function get(target: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request({
        host: '127.0.0.1',
        port: url.port,
        path: target,
        headers,
        method,
        agent: false,
      });
      sent.once('error', reject).once('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk)).once('error', reject);
        response.once('end', () => {
          const { statusCode: status, headers } = response;
          resolve({ status, headers, body: Buffer.concat(chunks).toString('latin1') });
        });
      });
      sent.end();
    });
  }

  const inside = (name: string, ...rest: [Record<string, string>?, string?]) =>
    get(`/${token}/${name}`, ...rest);

  it('serves the page and what lies beside and below it', async () => {
    expect(await get(url.pathname)).to.include({ status: 200, body: '<h1>page</h1>' });
    expect(await inside('sub/style.css')).to.include({ status: 200, body: 'h1 { color: red }' });
    expect(await inside('sub/style.css?v=1&x=../..')).to.include({ status: 200 });
  });

  for (const query of ['%', 'nonsense', '']) {
    it(`answers what is wrong where media are asked for by "${query}"`, async () => {
      const { status, body } = await inside(`.filmgate/media?${query}`);
      expect(status).to.equal(200);
      expect(JSON.parse(body)).to.have.property('error').that.is.a('string');
      expect(await inside('sub/style.css')).to.include({ status: 200 });
    });
  }

  it('knows which files it has served, by where they really are', async () => {
    symlinkSync(path('site/sub/style.css'), path('site/link.css'));
    const page = realpathSync(path('site/page.html'));
    expect([...server.served]).to.deep.equal([page]);
    for (const name of ['page.html', 'link.css', 'nothing.css', '.env', '../outside.txt']) await inside(name);
    await get('/page.html'); // Without a token.
    expect([...server.served]).to.deep.equal([page, realpathSync(path('site/sub/style.css'))]);
  });

  it('serves root-relative paths to whoever has loaded the page', async () => {
    const { headers } = await get(url.pathname);
    const [cookie = ''] = headers['set-cookie'] ?? [];
    expect(cookie).to.match(/HttpOnly; SameSite=Strict/);
    const sent = { cookie: `other=1; ${cookie.split(';')[0]}` };
    expect(await get('/sub/style.css', sent)).to.include({ status: 200, body: 'h1 { color: red }' });
    expect((await get('//sub/style.css', sent)).status).to.equal(404);
    expect((await get('/../outside.txt', sent)).status).to.equal(404);
  });

  it('has a port and a token of its own for each page', async () => {
    const other = await servePage(noMedia(), { path: path('site/page.html') });
    try {
      const [first, second] = [url, new URL(other.url)];
      expect(first.hostname).to.equal('127.0.0.1');
      expect(first.port).to.not.equal(second.port);
      expect(first.pathname).to.not.equal(second.pathname);
      expect(token).to.match(/^[\w-]{32}$/);
    } finally {
      await other.close();
    }
  });

  describe('refuses', () => {
    const secret = async (answer: Promise<Answer>, status: number) => {
      const { status: given, headers, body } = await answer;
      expect({ given, body }).to.deep.equal({ given: status, body: '' });
      if (status === 403) expect(JSON.stringify(headers)).to.not.include(token);
    };

    const wrong: [string, () => string][] = [
      ['no token', () => '/page.html'],
      ['the root', () => '/'],
      ['a wrong token', () => `/${'A'.repeat(32)}/page.html`],
      ['a token that only begins right', () => `/${token}A/page.html`],
      ['a token in another place', () => `/sub/${token}/style.css`],
      ['a token in the query', () => `/page.html?/${token}/`],
      ['an address of another server', () => `http://127.0.0.1:${url.port}/page.html`],
    ];
    for (const [name, target] of wrong) it(name, () => secret(get(target()), 403));

    it('a cookie with a wrong token', async () => {
      await secret(get('/page.html', { cookie: 'filmgate=' }), 403);
      await secret(get('/page.html', { cookie: `filmgate=${token}A` }), 403);
      await secret(get('/page.html', { cookie: `notfilmgate=${token}` }), 403);
    });

    it('another host name, as after a rebinding of names', async () => {
      for (const host of ['evil.example', `evil.example:${url.port}`, `localhost:${url.port}`, '127.0.0.1']) {
        await secret(get(url.pathname, { host }), 403);
      }
    });

    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE']) {
      it(method, () => secret(inside('page.html', {}, method), 405));
    }

    const escapes = [
      '../outside.txt',
      'sub/../../outside.txt',
      '%2e%2e/outside.txt',
      '%2E./outside.txt',
      '..%2foutside.txt',
      '%2e%2e%2foutside.txt',
      '..\\outside.txt',
      '..%5coutside.txt',
      '%252e%252e/outside.txt',
      '../site-beside/outside.txt',
      '/etc/passwd',
      '%2fetc%2fpasswd',
      'page.html%00.png',
      '%zz',
      '.env',
      '%2eenv',
      'sub/../.env',
      '',
      'sub',
      'sub/',
      'nothing.html',
      'page.html/',
      'page.html/more',
    ];
    for (const target of escapes) it(`GET /token/${target}`, () => secret(inside(target), 404));

    it('.. from a socket, as no client would send it', async () => {
      const lines = [
        `GET /${token}/../outside.txt HTTP/1.1`,
        `Host: ${url.host}`,
        'Connection: close',
        '',
        '',
      ];
      const socket = connect(Number(url.port), '127.0.0.1');
      socket.end(lines.join('\r\n'));
      let said = '';
      for await (const chunk of socket.setEncoding('latin1')) said += chunk;
      expect(said)
        .to.match(/^HTTP\/1.1 404 /)
        .and.not.include('SECRET');
    });

    it('links that lead outside, and links to such links', async () => {
      symlinkSync(path('outside.txt'), path('site/file.txt'));
      symlinkSync(path('site-beside'), path('site/folder'));
      symlinkSync(path('site/file.txt'), path('site/twice.txt'));
      for (const name of ['file.txt', 'folder/outside.txt', 'twice.txt']) await secret(inside(name), 404);
    });

    it('what is no plain file', async () => {
      execFileSync('mkfifo', [path('site/pipe.txt')]);
      await secret(inside('pipe.txt'), 404);
    });

    it('other machines', async () => {
      const outward = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
      const own = outward.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
      if (!own) return;
      const error = await new Promise((resolve) => {
        const socket = connect(Number(url.port), own, () => resolve(undefined)).once('error', resolve);
        socket.once('close', () => socket.destroy());
      });
      expect(error).to.have.property('code', 'ECONNREFUSED');
    });
  });

  it('follows links that stay inside', async () => {
    symlinkSync('sub', path('site/link'));
    expect(await inside('link/style.css')).to.include({ status: 200, body: 'h1 { color: red }' });
  });

  it('serves a page that is itself a link, with the folder of what it leads to', async () => {
    symlinkSync(path('site/page.html'), path('link.html'));
    const linked = await servePage(noMedia(), { path: path('link.html') });
    try {
      expect(await (await fetch(linked.url)).text()).to.equal('<h1>page</h1>');
      expect((await fetch(new URL('sub/style.css', linked.url))).status).to.equal(200);
    } finally {
      await linked.close();
    }
  });

  for (const name of ['two words & more', 'größe 画', 'a#b', 'why?', '100%', '%41', "it's+here", 'a\\b']) {
    it(`serves a page named ${name} in a folder of that name`, async () => {
      mkdirSync(path(`${name}/${name}`), { recursive: true });
      writeFileSync(path(`${name}/${name}.html`), '<h1>named</h1>');
      writeFileSync(path(`${name}/${name}/part.js`), 'export {}');
      const named = await servePage(noMedia(), { path: path(`${name}/${name}.html`) });
      try {
        expect((await fetch(named.url)).status).to.equal(200);
        const part = await fetch(new URL(`${encodeURIComponent(name)}/part.js`, named.url));
        expect(part.status).to.equal(200);
      } finally {
        await named.close();
      }
    });
  }

  it('serves index.html for a folder that is named with a slash', async () => {
    writeFileSync(path('site/sub/index.html'), 'index');
    expect(await inside('sub/')).to.include({ status: 200, body: 'index' });
  });

  it('says what each file is', async () => {
    const types: Record<string, string> = {
      'a.html': 'text/html; charset=utf-8',
      'a.js': 'text/javascript; charset=utf-8',
      'a.mjs': 'text/javascript; charset=utf-8',
      'a.css': 'text/css; charset=utf-8',
      'a.json': 'application/json',
      'a.svg': 'image/svg+xml',
      'a.PNG': 'image/png',
      'a.woff2': 'font/woff2',
      'a.wasm': 'application/wasm',
      'a.mp4': 'video/mp4',
      'a.unheard-of': 'application/octet-stream',
    };
    for (const [name, type] of Object.entries(types)) {
      writeFileSync(path(`site/${name}`), 'x');
      const { headers } = await inside(name);
      expect({ name, type: headers['content-type'] }).to.deep.equal({ name, type });
      expect(headers['cache-control']).to.equal('no-store');
    }
  });

  it('answers HEAD without a body, and an empty file with an empty one', async () => {
    const { status, headers, body } = await inside('page.html', {}, 'HEAD');
    expect({ status, length: headers['content-length'], body }).to.deep.equal({
      status: 200,
      length: '13',
      body: '',
    });
    writeFileSync(path('site/empty.js'), '');
    expect(await inside('empty.js')).to.include({ status: 200, body: '' });
  });

  describe('ranges of bytes', () => {
    const cases: [string, number, string, string | undefined][] = [
      ['bytes=0-', 206, '0123456789', 'bytes 0-9/10'],
      ['bytes=0-0', 206, '0', 'bytes 0-0/10'],
      ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
      ['bytes=8-99', 206, '89', 'bytes 8-9/10'],
      ['bytes=-3', 206, '789', 'bytes 7-9/10'],
      ['bytes=-99', 206, '0123456789', 'bytes 0-9/10'],
      ['bytes=10-', 416, '', 'bytes */10'],
      ['bytes=-0', 416, '', 'bytes */10'],
      ['bytes=4-2', 200, '0123456789', undefined],
      ['bytes=-', 200, '0123456789', undefined],
      ['bytes=0-1,3-4', 200, '0123456789', undefined],
      ['lines=0-1', 200, '0123456789', undefined],
    ];
    for (const [range, status, body, contentRange] of cases) {
      it(`${range}: ${status}`, async () => {
        writeFileSync(path('site/film.mp4'), '0123456789');
        const answer = await inside('film.mp4', { range });
        expect(answer).to.include({ status, body });
        expect(answer.headers['content-range']).to.equal(contentRange);
        expect(answer.headers['content-length']).to.equal(String(body.length));
        expect(answer.headers['accept-ranges']).to.equal('bytes');
      });
    }
  });

  it('streams large files, and stands a browser that hangs up', async () => {
    writeFileSync(path('site/large.mp4'), '');
    truncateSync(path('site/large.mp4'), 2 ** 32);
    const before = process.memoryUsage().arrayBuffers;
    for (let turn = 0; turn < 3; turn++) {
      const answer = await fetch(new URL('large.mp4', server.url));
      expect(answer.headers.get('content-length')).to.equal(String(2 ** 32));
      const reader = answer.body?.getReader();
      expect((await reader?.read())?.value?.length).to.be.above(0);
      await reader?.cancel();
    }
    expect(process.memoryUsage().arrayBuffers - before).to.be.below(2 ** 28);
    expect((await inside('page.html')).status).to.equal(200);
  });

  it('closes at once, with a connection kept alive and a file half-sent', async () => {
    writeFileSync(path('site/large.mp4'), '');
    truncateSync(path('site/large.mp4'), 2 ** 32);
    const agent = new Agent({ keepAlive: true });
    const target = { host: '127.0.0.1', port: url.port, agent };
    await new Promise((resolve) => {
      request({ ...target, path: url.pathname }, (response) => response.resume().once('end', resolve)).end();
    });
    const half = await fetch(new URL('large.mp4', server.url));
    const closed = server.close();
    expect(server.close()).to.equal(closed);
    await closed;
    const error = await half.arrayBuffer().catch((reason) => reason);
    expect(error).to.be.instanceOf(Error);
    expect(await fetch(server.url).catch((reason) => reason.cause.code)).to.equal('ECONNREFUSED');
    agent.destroy();
  });

  it('does not trouble a page with the icon that a browser asks for by itself', async () => {
    const headers = { cookie: `filmgate=${token}` };
    expect(await get('/favicon.ico', headers)).to.include({ status: 204, body: '' });
    writeFileSync(path('site/favicon.ico'), 'icon');
    expect(await get('/favicon.ico', headers)).to.include({ status: 200, body: 'icon' });
    expect((await get('/favicon.ico')).status).to.equal(403);
  });

  it('rejects when there is no such file', async () => {
    const error = await servePage(noMedia(), { path: path('missing.html') }).catch((reason) => reason);
    expect(error).to.have.property('code', 'ENOENT');
  });
});
