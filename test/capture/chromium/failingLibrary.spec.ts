import { writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { failingLibrary } from '../../../src/capture/chromium/failingLibrary';
import { useFolder } from '../../support/folder';

describe('failingLibrary', () => {
  const path = useFolder();

  /** What the dynamic linker, and then Node, say to a library. Node looks for its own symbols in it. */
  function load(bytes: Buffer): string {
    writeFileSync(path('lib.node'), bytes);
    try {
      process.dlopen({ exports: {} }, path('lib.node'));
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  }

  it('is loaded by the dynamic linker, and its functions can be found and called', () => {
    if (process.platform !== 'linux' || process.arch !== 'x64') return;
    const plain = failingLibrary('libplain.so', ['one', 'two'], ['three']);
    expect(load(plain)).to.match(/did not self-register/);
    // Node asks for this function, and calls it: its answer, 1, is no version that it knows.
    const addon = failingLibrary('libaddon.so', ['node_api_module_get_api_version_v1', 'napi_none'], []);
    expect(load(addon)).to.match(/did not self-register/);
  });

  it('holds every name', () => {
    const bytes = failingLibrary('libplain.so', ['one', 'two'], ['three']).toString('latin1');
    expect(bytes).to.contain('\0libplain.so\0one\0two\0three\0');
  });

  it('has room for one page of names', () => {
    const names = Array.from({ length: 500 }, (_, index) => `function_${index}`);
    expect(() => failingLibrary('libmany.so', names, [])).to.throw(RangeError, 'too many names');
  });
});
