import { writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { threads } from '../../src/capture/threads/threads';
import { subsetSource } from '../../src/preview/subsetSource';
import { useFolder } from '../support/folder';
import { indexedInline } from '../support/renderWorkspace';

describe('the identity of a source', () => {
  const path = useFolder();

  describe('inline', () => {
    it('is what its caller says', () => {
      const session = indexedInline(3, { identity: 'a film' }).open();
      expect(session.identity?.()).to.deep.equal({ settings: { identity: 'a film' }, files: [] });
    });

    it('is not known without', () => {
      expect(indexedInline(3).open().identity).to.equal(undefined);
    });
  });

  it('is not known of some frames of another', () => {
    const some = subsetSource(indexedInline(3, { identity: 'a film' }), () => [1]);
    expect(some.open().identity).to.equal(undefined);
  });

  describe('threads', () => {
    const identityOf = (params?: unknown) => {
      const session = threads(path('scene.cjs'), params === undefined ? {} : { params }).open();
      return session.identity?.();
    };
    const textOf = (params: unknown) => identityOf(params)?.settings.params;

    beforeEach(() => {
      writeFileSync(path('scene.cjs'), `require('./light.cjs')`);
      writeFileSync(path('light.cjs'), '');
    });

    it('is the scene, its parameters and its files', () => {
      expect(identityOf({ level: 1 })).to.deep.equal({
        settings: { scene: path('scene.cjs'), params: '{ level: 1 }' },
        files: [path('light.cjs'), path('scene.cjs')],
      });
      expect(textOf({})).to.equal('{}');
      expect(identityOf()).to.deep.equal(identityOf({}));
    });

    it('does not depend on the order in which parameters are written', () => {
      expect(textOf({ a: 1, b: { c: 2, d: 3 } })).to.equal(textOf({ b: { d: 3, c: 2 }, a: 1 }));
    });

    describe('sees what differs', () => {
      const deep = (value: unknown) => ({ a: { b: { c: { d: { e: [{ f: value }] } } } } });
      const long = (value: unknown) => [...Array(5000).fill(0), value];
      const pairs: [string, unknown, unknown][] = [
        ['a number and its text', 1, '1'],
        ['null and nothing', { a: null }, {}],
        ['what lies deep', deep(1), deep(2)],
        ['the end of a long list', long(1), long(2)],
        ['the end of a long text', 'a'.repeat(20_000), `${'a'.repeat(19_999)}b`],
        ['bytes', Uint8Array.from(long(1) as number[]), Uint8Array.from(long(2) as number[])],
        ['maps', new Map([['a', 1]]), new Map([['a', 2]])],
        ['sets', new Set([1]), new Set([2])],
        ['dates', new Date(1), new Date(2)],
        ['large numbers', 2n ** 70n, 2n ** 70n + 1n],
      ];
      for (const [what, one, other] of pairs) {
        it(what, () => {
          expect(textOf(one)).to.not.equal(textOf(other));
          expect(textOf(one)).to.equal(textOf(structuredClone(one)));
        });
      }
    });
  });
});
