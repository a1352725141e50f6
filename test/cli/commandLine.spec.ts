import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import { commandLine } from '../../src/cli/commandLine';

describe('commandLine', () => {
  it('is taken by a shell as the arguments that it was made of', () => {
    const args = [
      'render',
      'my page.html',
      '--params',
      `{"title":"it's $HOME"}`,
      '',
      'a\nb',
      '*',
      'plain-1:2',
    ];
    const printed = execFileSync('sh', [
      '-c',
      `filmgate() { printf '%s\\0' "$@"; }; ${commandLine(args)}`,
    ]).toString();
    expect(printed.split('\0').slice(0, -1)).to.deep.equal(args);
  });

  it('does not tell the credentials in an address', () => {
    const said = commandLine([
      'render',
      '--farm',
      'rediss://films:s3cr3t@host:6379',
      '--farm=redis://:pw@host',
    ]);
    expect(said).to.equal("filmgate render --farm 'rediss://***@host:6379' '--farm=redis://***@host'");
  });

  it('does not tell a password that Redis is given as a parameter', () => {
    const said = commandLine(['worker', '--farm', 'redis://host:6379?password=s3cr3t&db=1']);
    expect(said).to.equal("filmgate worker --farm 'redis://host:6379?password=***&db=1'");
  });

  it('does not tell them where there are several addresses in one argument', () => {
    const said = commandLine(['render', '--params', '["https://a:b@host/1","https://c:d@host/2"]']);
    expect(said).to.equal(`filmgate render --params '["https://***@host/1","https://***@host/2"]'`);
  });
});
